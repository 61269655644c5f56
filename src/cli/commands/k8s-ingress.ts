// mtls k8s ingress: mutual TLS at the edge, by ingress-nginx.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { readNumber } from '../number-option.ts';
import { required } from '../required-option.ts';

const CLIENTS = 'Clients:';
const UPSTREAM = 'From nginx to the service:';

export const command = defineCommand({
  description:
    'Print an Ingress for ingress-nginx. With --client-ca, clients have to show a certificate; ' +
    'with --upstream-secret, nginx shows its own to the service, and verifies that of the service.',
  arguments: { name: argument('required', 'name', 'name of the Ingress') },
  options: {
    host: values('--host <name>', 'a host that it answers for; several may be given'),
    secret: value('--secret <name>', 'the Secret with the certificate of the hosts'),
    service: value('--service <name>', 'the Service behind it'),
    port: value('--port <port>', 'number or name of the Service’s port'),
    path: value('--path <prefix>', 'only paths below this one; / by default'),
    class: value('--class <name>', 'class of the Ingress; nginx by default'),
    clientCa: value(
      '--client-ca <secret>',
      'the Secret whose ca.crt holds the roots of the clients',
      CLIENTS,
    ),
    clients: choice(
      '--clients <rule>',
      ['required', 'optional'],
      'required by default; where optional, the service has to look',
      CLIENTS,
    ),
    passCertificate: flag('--pass-certificate', 'hand the certificate on in a header', CLIENTS),
    upstreamSecret: value(
      '--upstream-secret <secret>',
      'the Secret with tls.crt, tls.key and ca.crt for the way to the service',
      UPSTREAM,
    ),
    upstreamName: value(
      '--upstream-name <host>',
      'what its certificate must name; SERVICE.NAMESPACE.svc by default',
      UPSTREAM,
    ),
    depth: value('--depth <n>', 'how many intermediates a chain may have; 1 by default', CLIENTS),
    ...OBJECT_OPTIONS,
  },
  examples: [
    {
      line:
        'mtls k8s ingress api -n prod --host api.example.org --secret api-tls \\\n' +
        '    --service api --port 443 --client-ca client-roots',
      does: 'clients need a certificate of the CAs in the Secret client-roots',
    },
    {
      line:
        'mtls k8s ingress api -n prod --host api.example.org --secret api-tls \\\n' +
        '    --service api --port https --upstream-secret nginx-client',
      does: 'nginx itself calls the service by mutual TLS',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { clientCa, upstreamSecret } = options;
    const meta = readMeta(args.name, options);
    if (options.host.length === 0)
      throw new MtlsError('USAGE', 'no host to answer for', {
        hint: 'name it: --host api.example.org',
      });
    if (clientCa === undefined && (options.clients !== undefined || options.passCertificate))
      throw new MtlsError('USAGE', '--clients and --pass-certificate go with --client-ca', {
        hint: 'name the Secret with the roots of the clients',
      });
    if (upstreamSecret === undefined && options.upstreamName !== undefined)
      throw new MtlsError('USAGE', '--upstream-name goes with --upstream-secret', {
        hint: 'name the Secret that nginx shows to the service',
      });
    const place = await manifestPlace(options, context, `ingress-${meta.name}`);
    const template = givenTemplate(options, context);
    const port = required(options.port, 'no port', '--port 443');
    // YAML is loaded where a manifest is made
    const { ingress } = await import('../../manifest/ingress.ts');
    const yaml = ingress(
      {
        ...meta,
        class: options.class ?? 'nginx',
        hosts: options.host,
        secret: required(options.secret, 'no certificate for the hosts', '--secret api-tls'),
        service: required(options.service, 'no Service behind it', '--service api'),
        port: /^\d+$/.test(port) ? (readNumber('--port', port, 1, 65535) ?? port) : port,
        path: readPath(options.path ?? '/'),
        clients:
          clientCa === undefined
            ? undefined
            : {
                secret: clientCa,
                verify: options.clients === 'optional' ? 'optional' : 'on',
                pass: options.passCertificate,
              },
        upstream:
          upstreamSecret === undefined
            ? undefined
            : { secret: upstreamSecret, host: options.upstreamName },
        depth: readNumber('--depth', options.depth, 1, 10) ?? 1,
      },
      template,
    );
    if (options.clients === 'optional')
      output.warn(
        'clients without a certificate are let in: the service has to read ssl-client-verify',
      );
    await deliverManifest(output, place, {
      yaml,
      title: `Ingress ${quoteForeign(meta.name)}`,
      facts: () => ({ name: meta.name, namespace: meta.namespace ?? null, hosts: options.host }),
    });
    return 0;
  },
});

function readPath(path: string): string {
  if (/^\/[\w.~/-]*$/.test(path) && !/\/\/|\/\.\.?(?:\/|$)/.test(path)) return path;
  throw new MtlsError('BAD_OPTION', `--path does not take ${quoteForeign(path)}`, {
    hint: 'give an absolute path such as /orders',
  });
}
