// Ingresses with mutual TLS on either side, as ingress-nginx has it by annotations.
import { MtlsError } from '../base/errors.ts';
import { parseDnsName } from '../name/dns.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { checkObjectName, checkPortName, checkServiceName } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate, type TemplateData } from './render.ts';

/** Clients that have to show a certificate. */
export interface IngressClients {
  /** Secret in the Ingress's namespace; its `ca.crt` holds the roots. */
  readonly secret: string;
  readonly verify: 'on' | 'optional';
  /** Hands the certificate on in a header. */
  readonly pass: boolean;
}

/** The way from nginx to the service. */
export interface IngressUpstream {
  /** Secret in the Ingress's namespace: `tls.crt`, `tls.key`, and `ca.crt` to verify the service. */
  readonly secret: string;
  /** The name that the service's certificate must have; `<service>.<namespace>.svc` where absent. */
  readonly host?: string | undefined;
}

export interface Ingress extends ObjectMeta {
  readonly class: string;
  /** DNS names, with or without a wildcard. */
  readonly hosts: readonly string[];
  /** Secret with the certificate of the hosts. */
  readonly secret: string;
  readonly service: string;
  /** Number or name of the service's port. */
  readonly port: number | string;
  /** A prefix; `/` is everything. */
  readonly path: string;
  readonly clients?: IngressClients | undefined;
  readonly upstream?: IngressUpstream | undefined;
  /** Intermediates allowed, either way. */
  readonly depth: number;
}

/**
 * An Ingress in YAML. Throws BAD_NAME, BAD_OPTION, also where annotations need the namespace that
 * was not given: ingress-nginx takes Secrets of the Ingress's own alone.
 */
export function ingress(wanted: Ingress, template?: GivenTemplate): string {
  const { service, port, path, secret, clients, upstream, depth } = wanted;
  const hosts = [...new Set(wanted.hosts.map((host) => parseDnsName(host, { wildcard: true })))];
  checkServiceName(service);
  if (typeof port === 'string') checkPortName(port);
  for (const name of [wanted.class, secret, clients?.secret, upstream?.secret])
    if (name !== undefined) checkObjectName(name);
  const backend = {
    service: { name: service, port: typeof port === 'number' ? { number: port } : { name: port } },
  };
  const http = { paths: [{ path, pathType: 'Prefix', backend }] };
  return renderManifest(
    'kubernetes/ingress.yaml',
    {
      ...metaOf(wanted),
      class: wanted.class,
      secret,
      hosts,
      rules: hosts.map((host) => ({ host, http })),
      clientCa: clients && placed(clients.secret, wanted),
      verifyClient: clients?.verify,
      clientDepth: clients && String(depth),
      passCertificate: clients && String(clients.pass),
      ...upstreamValues(wanted),
    },
    template,
  );
}

function upstreamValues(wanted: Ingress): Readonly<Record<string, TemplateData | undefined>> {
  const { upstream, service, namespace = '', depth } = wanted;
  const host = upstream && (upstream.host ?? `${service}.${namespace}.svc`);
  return {
    backendProtocol: upstream && 'HTTPS',
    upstreamSecret: upstream && placed(upstream.secret, wanted),
    upstreamVerify: upstream && 'on',
    upstreamDepth: upstream && String(depth),
    upstreamName: host && parseDnsName(host),
    upstreamServerName: upstream && 'on',
    // The default of ingress-nginx has no TLS 1.3
    upstreamProtocols: upstream && 'TLSv1.2 TLSv1.3',
  };
}

function placed(secret: string, { namespace }: Ingress): string {
  if (namespace !== undefined) return `${namespace}/${secret}`;
  throw new MtlsError('BAD_OPTION', 'ingress-nginx wants the namespace of its Secrets', {
    hint: 'give the namespace of the Ingress, whose Secrets they are: --namespace prod',
  });
}
