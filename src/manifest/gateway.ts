// Gateways that ask clients for a certificate, and the policy by which they call a service.
import { parseDnsName } from '../name/dns.ts';
import { parseSpiffeId } from '../name/spiffe.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { checkObjectName, checkPortName, checkServiceName } from './kubernetes-names.ts';
import { renderTemplate, type GivenTemplate, type TemplateData } from './render.ts';
import { readTemplate } from './template.ts';

/** How a Gateway calls a service. */
export interface GatewayBackend {
  readonly service: string;
  /** Name of one port of it; all where absent. */
  readonly port?: string | undefined;
  /** ConfigMap whose `ca.crt` holds the roots; absent: those of the Gateway's system. */
  readonly roots?: string | undefined;
  /** For SNI; the certificate has to name it where `names` are none. */
  readonly host: string;
  /** DNS names and SPIFFE IDs, one of which the certificate has to have; at most 5. */
  readonly names: readonly string[];
}

export interface Gateway extends ObjectMeta {
  readonly class: string;
  /** DNS names, with or without a wildcard; all hosts where there are none. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Secret with the certificate of the hosts. */
  readonly secret: string;
  /** ConfigMap whose `ca.crt` holds the roots that clients verify to. */
  readonly clientRoots?: string | undefined;
  /** Clients without a certificate, or with a bad one, are let through. */
  readonly clientsOptional?: boolean | undefined;
  /** Secret with what the Gateway shows to services. */
  readonly clientCertificate?: string | undefined;
  readonly backend?: GatewayBackend | undefined;
}

const GATEWAY = 'kubernetes/gateway.yaml';

/** A Gateway in YAML, and a BackendTLSPolicy where it has a backend. Throws BAD_NAME, BAD_SPIFFE_ID. */
export function gateway(wanted: Gateway, template?: GivenTemplate): string {
  const { clientRoots, clientsOptional, clientCertificate, backend, secret } = wanted;
  for (const name of [wanted.class, secret, clientRoots, clientCertificate, backend?.roots])
    if (name !== undefined) checkObjectName(name);
  const parts = backend ? [GATEWAY, 'kubernetes/backend-tls-policy.yaml'] : [GATEWAY];
  return renderTemplate(
    template?.title ?? GATEWAY,
    template?.text ?? parts.map(readTemplate).join('---\n'),
    {
      ...metaOf(wanted),
      class: wanted.class,
      listeners: listeners(wanted),
      clientCas: clientRoots === undefined ? undefined : [configMap(clientRoots)],
      clientMode: clientRoots && (clientsOptional ? 'AllowInsecureFallback' : 'AllowValidOnly'),
      clientCertificate: clientCertificate && { kind: 'Secret', name: clientCertificate },
      ...backendValues(backend),
    },
  );
}

function listeners({ hosts, port, secret }: Gateway): readonly TemplateData[] {
  const names = [...new Set(hosts.map((host) => parseDnsName(host, { wildcard: true })))];
  return (names.length > 0 ? names : [undefined]).map((hostname, index) => ({
    name: index === 0 ? 'https' : `https-${index + 1}`,
    hostname,
    port,
    protocol: 'HTTPS',
    tls: { mode: 'Terminate', certificateRefs: [{ kind: 'Secret', name: secret }] },
  }));
}

function backendValues(
  backend: GatewayBackend | undefined,
): Readonly<Record<string, TemplateData | undefined>> {
  if (backend) {
    checkServiceName(backend.service);
    if (backend.port !== undefined) checkPortName(backend.port);
  }
  const { names = [], roots } = backend ?? {};
  return {
    service: backend?.service,
    servicePort: backend?.port,
    serviceCas: roots === undefined ? undefined : [configMap(roots)],
    serviceWellKnown: backend && roots === undefined ? 'System' : undefined,
    serviceHost: backend && parseDnsName(backend.host),
    serviceNames: names.length === 0 ? undefined : names.map(alternativeName),
  };
}

function alternativeName(name: string): TemplateData {
  return name.includes('://')
    ? { type: 'URI', uri: parseSpiffeId(name).id }
    : { type: 'Hostname', hostname: parseDnsName(name, { wildcard: true }) };
}

function configMap(name: string): TemplateData {
  return { group: '', kind: 'ConfigMap', name };
}
