// mtls k8s gateway: mutual TLS at the edge, by the Gateway API.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { GatewayBackend } from '../../manifest/gateway.ts';
import { argument, choice, defineCommand, value, values, type OptionValues } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { readNumber } from '../number-option.ts';
import { required } from '../required-option.ts';

const CLIENTS = 'Clients:';
const BACKEND = 'From the Gateway to a Service:';

const OPTIONS = {
  class: value('--class <name>', 'the GatewayClass'),
  host: values('--host <name>', 'a host that it answers for; all by default'),
  port: value('--port <port>', 'the port that it listens on; 443 by default'),
  secret: value('--secret <name>', 'the Secret with the certificate of the hosts'),
  clientCa: value(
    '--client-ca <configmap>',
    'the ConfigMap whose ca.crt holds the roots of the clients',
    CLIENTS,
  ),
  clients: choice(
    '--clients <rule>',
    ['required', 'optional'],
    'required by default; where optional, the service has to look',
    CLIENTS,
  ),
  clientSecret: value(
    '--client-secret <secret>',
    'the Secret with the certificate that the Gateway shows to services',
    BACKEND,
  ),
  service: value('--service <name>', 'print a BackendTLSPolicy for this Service too', BACKEND),
  servicePort: value('--service-port <name>', 'for one port of it, by its name', BACKEND),
  serviceCa: value(
    '--service-ca <configmap>',
    'the ConfigMap whose ca.crt holds its roots, or "system" for those of the web',
    BACKEND,
  ),
  serviceHost: value(
    '--service-host <host>',
    'what its certificate must name; SERVICE.NAMESPACE.svc by default',
    BACKEND,
  ),
  serviceSan: values(
    '--service-san <name>',
    'a DNS name or SPIFFE ID that it must have instead; one of several',
    BACKEND,
  ),
  ...OBJECT_OPTIONS,
} as const;

/** Of BackendTLSPolicy, v1. */
const MAX_NAMES = 5;
/** Of Gateway, v1. */
const MAX_LISTENERS = 64;

export const command = defineCommand({
  description:
    'Print a Gateway (gateway.networking.k8s.io/v1). With --client-ca, clients have to show a ' +
    'certificate; with --service, a BackendTLSPolicy says how the Service behind it proves who it is.',
  arguments: { name: argument('required', 'name', 'name of the Gateway') },
  options: OPTIONS,
  examples: [
    {
      line: 'mtls k8s gateway edge --class envoy --secret api-tls --client-ca mtls-roots',
      does: 'clients need a certificate of the roots in the ConfigMap mtls-roots',
    },
    {
      line:
        'mtls k8s gateway edge -n prod --class envoy --secret api-tls \\\n' +
        '    --client-secret edge-client --service api --service-ca mtls-roots',
      does: 'mutual TLS to the Service api, whose certificate names api.prod.svc',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const meta = readMeta(args.name, options);
    const { clientCa, clients } = options;
    if (clientCa === undefined && clients !== undefined)
      throw new MtlsError('USAGE', '--clients goes with --client-ca', {
        hint: 'name the ConfigMap with the roots of the clients',
      });
    if (options.host.length > MAX_LISTENERS)
      throw new MtlsError('BAD_OPTION', `a Gateway takes ${MAX_LISTENERS} hosts`, {
        hint: 'make several, or use a wildcard',
      });
    const backend = readBackend(options);
    const place = await manifestPlace(options, context, `gateway-${meta.name}`);
    const template = givenTemplate(options, context);
    // YAML is loaded where a manifest is made
    const { gateway } = await import('../../manifest/gateway.ts');
    const yaml = gateway(
      {
        ...meta,
        class: required(options.class, 'no GatewayClass', '--class envoy'),
        hosts: options.host,
        port: readNumber('--port', options.port, 1, 65535) ?? 443,
        secret: required(options.secret, 'no certificate for the hosts', '--secret api-tls'),
        clientRoots: clientCa,
        clientsOptional: clients === 'optional',
        clientCertificate: options.clientSecret,
        backend,
      },
      template,
    );
    if (clients === 'optional')
      output.warn('clients without a certificate are let in, and those with a bad one');
    await deliverManifest(output, place, {
      yaml,
      title: `Gateway ${quoteForeign(meta.name)}`,
      facts: () => ({
        name: meta.name,
        namespace: meta.namespace ?? null,
        hosts: options.host,
        service: backend?.service ?? null,
      }),
    });
    return 0;
  },
});

function readBackend(options: OptionValues<typeof OPTIONS>): GatewayBackend | undefined {
  const { service, servicePort, serviceCa, serviceHost, serviceSan, namespace } = options;
  if (service === undefined) {
    if ([servicePort, serviceCa, serviceHost, ...serviceSan].every((one) => one === undefined))
      return undefined;
    throw new MtlsError('USAGE', 'the options of a Service go with --service', {
      hint: 'name the Service: --service api',
    });
  }
  if (serviceSan.length > MAX_NAMES)
    throw new MtlsError('BAD_OPTION', `a BackendTLSPolicy takes ${MAX_NAMES} names`, {
      hint: 'use a wildcard',
    });
  const host = serviceHost ?? (namespace === undefined ? undefined : `${service}.${namespace}.svc`);
  const roots = required(serviceCa, 'no roots for the Service', '--service-ca mtls-roots');
  return {
    service,
    port: servicePort,
    roots: roots === 'system' ? undefined : roots,
    host: required(host, 'no name for the Service', '--service-host api.prod.svc, or --namespace'),
    names: serviceSan,
  };
}
