// Names, labels, hosts, ports and times at the edges: what our own rules let into a manifest, the
// systems have to take.
import { HOUR, MINUTE, SECOND, YEAR } from '../../../src/base/clock.ts';
import { MtlsError } from '../../../src/base/errors.ts';
import { makeCsr } from '../../../src/ca/csr.ts';
import { caIssuer, certManagerCertificate } from '../../../src/manifest/cert-manager.ts';
import type { WantedCertificate } from '../../../src/manifest/cert-manager.ts';
import { newCsr } from '../../../src/manifest/csr-create.ts';
import { USAGES } from '../../../src/manifest/csr-usages.ts';
import { deployment, type Deployment } from '../../../src/manifest/deployment.ts';
import { gateway, type Gateway } from '../../../src/manifest/gateway.ts';
import { ingress, type Ingress } from '../../../src/manifest/ingress.ts';
import { mutualDestination, mutualGateway } from '../../../src/manifest/istio-policy.ts';
import { peerAuthentication } from '../../../src/manifest/istio-policy.ts';
import { caConfigMap, tlsSecret } from '../../../src/manifest/kubernetes.ts';
import { parseLabel } from '../../../src/manifest/kubernetes-names.ts';
import { clusterTrustBundle, trustManagerBundle } from '../../../src/manifest/trust-bundle.ts';
import { dnOf, parseDn } from '../../../src/name/dn.ts';
import { parseIdentityName } from '../../../src/name/san.ts';
import { planCsr } from '../../../src/profile/csr.ts';
import type { Pair } from '../../support/pki.ts';

export interface Edge {
  readonly title: string;
  readonly yaml: string;
}

const a = (length: number) => 'a'.repeat(length);
const LONGEST = [a(63), a(63), a(63), a(61)].join('.');

const NAMES = [
  ...['a', '1', '1a', 'a.b', 'a-b', 'a--b', 'a-', '-a', '.a', 'a.', 'a..b', 'A', 'a_b', 'é', ''],
  ...[a(63), a(64), LONGEST, `${LONGEST}a`, `a.${a(64)}`, 'system:a', 'a:b', 'xn--a', 'a/b', ' a'],
  ...['true', 'null', '0x1', '1e3', '~', '*'],
];
const LABELS = [
  ...['a=b', 'a=', 'a.b/c=d', 'a=B_c.d', 'a=-b', `a=${a(63)}`, `a=${a(64)}`, `${a(63)}=b`],
  ...[`${a(64)}=b`, 'A=b', 'a/b/c=d', '/a=b', 'a/=b', 'kubernetes.io/x=y', '-a=b', 'Ex.com/a=b'],
  ...[`${a(64)}/a=b`, `${LONGEST}/a=b`, 'a=b*', 'a=*', 'a=true', 'a=1e3', '_a=b', 'a_=b', 'a=é'],
];
const HOSTS = [
  ...['a.test', '*.a.test', '*', 'a', 'A.test', 'a_b.test', '1.2.3.4', 'a.test.', '*.', '*.*.a'],
  ...['a.*.b', '-a.test', 'xn--bcher-kva.test', 'bücher.test', `${a(63)}.test`, `${a(64)}.test`],
  ...[LONGEST, 'prod/a.test', '*/a.test', './a.test', 'prod/*', 'a.test:443', '::1', 'localhost'],
];
const PORTS = [
  ...['1', '0', '443', '65535', '65536', 'http', 'HTTP', 'a', '1a', 'a-b', 'a--b', '-a', 'a-'],
  ...[a(15), a(16), '12a', '080', 'é'],
];
const NUMBERS = PORTS.map(Number).filter((port) => !Number.isNaN(port));
const KEYS = ['ca.crt', 'a', '..', '.', '..a', 'a/b', 'A_b-c.d', a(253), a(254), ''];
const SIGNERS = [
  ...['a/b', 'a.b/c', 'a.b/c/d', 'A.b/c', 'a.b/C', 'a.b/', '/a', 'a', 'a.b/c.d', 'a.b/c_d'],
  ...[`a.b/${a(63)}`, `a.b/${a(64)}`, `a.b/${LONGEST}`, `${a(64)}.b/c`, 'a.b/-c', 'a.b/c-'],
];
const TIMES = [
  ...[1, 299, 300, 599, 600, 3599, 3600].map((seconds) => seconds * SECOND),
  ...[68 * YEAR, 69 * YEAR, 292 * YEAR, 293 * YEAR, 2 ** 53 - 1],
];
const COMMON_NAMES = [a(64), a(65), 'é'.repeat(32), 'é'.repeat(33), '"', 'a, b', '\t'];

/** All that our rules take. */
export async function acceptedEdges(root: Pair): Promise<readonly Edge[]> {
  const { pem, keyPem: key } = root;
  const roots = [root.certificate];
  const name = 'a';
  const request = await makeCsr(planCsr([parseIdentityName('a.test')], {}), root.key);
  const labelOf = (text: string) => Object.fromEntries([parseLabel(text)]);

  const secret = { name, certificates: pem, key };
  const app: Deployment = {
    ...{ name, secret: 's', image: 'x', mountPath: '/etc/mtls', fsGroup: 1 },
  };
  const edge: Ingress = {
    ...{ name, class: 'c', hosts: ['a.test'], secret: 's', service: 's', port: 443, path: '/' },
    ...{ depth: 1, namespace: 'n', clients: { secret: 's', verify: 'on', pass: false } },
  };
  const backend = { service: 's', roots: 'r', host: 'a.test', names: [] };
  const wide: Gateway = { name, class: 'c', hosts: [], port: 443, secret: 's', clientRoots: 'r' };
  const istio = { name, selector: { a: 'b' }, port: 443, hosts: ['a.test'], credential: 's' };
  const towards = { name, host: 'a.test', workload: { a: 'b' }, credential: 's', names: [] };
  const policy = { name, namespace: 'n', mode: 'strict' as const, workload: { a: 'b' } };
  const csr = { name, request, signerName: 'a.b/c', usages: [] };
  const issuer = { name, secretName: 's', namespace: 'n', certificates: pem, key };
  const wanted: WantedCertificate = {
    ...{ name, secretName: 's', subject: parseDn('O=a'), names: [parseIdentityName('a.test')] },
    ...{ usages: ['server auth'], key: { algorithm: 'ECDSA', size: 256 }, duration: HOUR },
    ...{ rotationPolicy: 'Always', issuer: { kind: 'Issuer', name: 'i' }, renewBefore: 5 * MINUTE },
  };

  return [
    ...tried('Secret', NAMES, (name) => tlsSecret({ ...secret, name })),
    ...tried('Secret in', NAMES, (namespace) => tlsSecret({ ...secret, namespace })),
    ...tried('Secret of', LABELS, (one) => tlsSecret({ ...secret, labels: labelOf(one) })),
    ...tried('ConfigMap', NAMES, (name) => caConfigMap({ name, roots: pem })),
    ...tried('ClusterTrustBundle', NAMES, (name) => clusterTrustBundle({ name, roots })),
    ...tried('ClusterTrustBundle of a signer', NAMES, (name) =>
      clusterTrustBundle({ name, roots, signerName: 'a.b/c' }),
    ),
    ...tried('ClusterTrustBundle of', SIGNERS, (signerName) =>
      clusterTrustBundle({ name, roots, signerName }),
    ),
    ...(['configMap', 'secret'] as const).flatMap((target) => [
      ...tried('Bundle', NAMES, (name) => trustManagerBundle({ name, roots, target, key: 'k' })),
      ...tried('Bundle with', KEYS, (key) => trustManagerBundle({ name, roots, target, key })),
      ...tried('Bundle to', LABELS, (one) =>
        trustManagerBundle({ name, roots, target, key: 'k', namespaceLabels: labelOf(one) }),
      ),
    ]),

    ...tried('Deployment', NAMES, (name) => deployment({ ...app, name })),
    ...tried('Deployment with Secret', NAMES, (secret) =>
      deployment({ ...app, secret, reloader: true }),
    ),
    ...tried('Deployment of', LABELS, (one) => deployment({ ...app, labels: labelOf(one) })),
    ...tried('Deployment, container', NAMES, (container) => deployment({ ...app, container })),
    ...tried('Deployment as', NAMES, (serviceAccount) => deployment({ ...app, serviceAccount })),
    ...tried('Deployment, ConfigMap', NAMES, (name) =>
      deployment({ ...app, roots: { kind: 'configMap', name, key: 'k' } }),
    ),

    ...tried('Deployment, key', KEYS, (key) =>
      deployment({ ...app, roots: { kind: 'configMap', name: 'r', key } }),
    ),
    ...tried('Deployment, bundle', [...NAMES, 'a.b:c:r', 'A:r', ':r', 'a_b:r'], (name) =>
      deployment({ ...app, roots: { kind: 'trustBundle', name } }),
    ),

    ...tried('Ingress', NAMES, (name) => ingress({ ...edge, name })),
    ...tried('Ingress, class', NAMES, (one) => ingress({ ...edge, class: one })),
    ...tried('Ingress, Secret', NAMES, (secret) => ingress({ ...edge, secret })),
    ...tried('Ingress, Service', NAMES, (service) => ingress({ ...edge, service })),
    ...tried('Ingress to', NAMES, (service) =>
      ingress({ ...edge, service, upstream: { secret: 's' } }),
    ),
    ...tried('Ingress for', HOSTS, (host) => ingress({ ...edge, hosts: [host, 'A.test'] })),
    ...tried('Ingress, port', PORTS, (port) => ingress({ ...edge, port })),

    ...tried('Gateway', NAMES, (name) => gateway({ ...wide, name })),
    ...tried('Gateway, class', NAMES, (one) => gateway({ ...wide, class: one })),
    ...tried('Gateway, Secret', NAMES, (secret) => gateway({ ...wide, secret })),
    ...tried('Gateway, ConfigMap', NAMES, (clientRoots) => gateway({ ...wide, clientRoots })),
    ...tried('Gateway, its own', NAMES, (one) => gateway({ ...wide, clientCertificate: one })),
    ...tried('Gateway for', HOSTS, (host) =>
      gateway({ ...wide, hosts: [host, 'A.test', 'a.test'] }),
    ),
    ...tried('Gateway to', NAMES, (service) =>
      gateway({ ...wide, backend: { ...backend, service } }),
    ),
    ...tried('Gateway to port', [...PORTS, ...NAMES], (port) =>
      gateway({ ...wide, backend: { ...backend, port } }),
    ),
    ...tried('Gateway to host', HOSTS, (host) =>
      gateway({ ...wide, backend: { ...backend, host } }),
    ),
    ...tried('Gateway to name', [...HOSTS, 'spiffe://a/b', 'spiffe://a', 'https://a/b'], (one) =>
      gateway({ ...wide, backend: { ...backend, names: [one] } }),
    ),

    ...tried('request', NAMES, (name) => newCsr({ ...csr, name }).yaml),
    ...tried('request to', SIGNERS, (signerName) => newCsr({ ...csr, signerName }).yaml),
    ...tried('request for', TIMES, (expiration) => newCsr({ ...csr, expiration }).yaml),
    ...tried('request of', LABELS, (one) => newCsr({ ...csr, labels: labelOf(one) }).yaml),
    ...tried('request to use', USAGES, (one) => newCsr({ ...csr, usages: [one] }).yaml),

    ...tried('policy of Istio', NAMES, (name) => peerAuthentication({ ...policy, name })),
    ...tried('policy of Istio for', LABELS, (one) =>
      peerAuthentication({ ...policy, workload: labelOf(one) }),
    ),
    ...tried('policy of Istio on', PORTS, (port) =>
      peerAuthentication({ ...policy, ports: { [port]: 'disable' } }),
    ),
    ...tried('Gateway of Istio', NAMES, (name) => mutualGateway({ ...istio, name })),
    ...tried('Gateway of Istio, Secret', NAMES, (credential) =>
      mutualGateway({ ...istio, credential }),
    ),
    ...tried('Gateway of Istio for', HOSTS, (host) => mutualGateway({ ...istio, hosts: [host] })),
    ...tried('Gateway of Istio on', NUMBERS, (port) => mutualGateway({ ...istio, port })),
    ...tried('Gateway of Istio at', LABELS, (one) =>
      mutualGateway({ ...istio, selector: labelOf(one) }),
    ),
    ...tried('rule of Istio', NAMES, (name) => mutualDestination({ ...towards, name })),
    ...tried('rule of Istio to', HOSTS, (host) => mutualDestination({ ...towards, host })),
    ...tried('rule of Istio for', LABELS, (one) =>
      mutualDestination({ ...towards, workload: labelOf(one) }),
    ),

    ...(['Issuer', 'ClusterIssuer'] as const).flatMap((kind) => [
      ...tried(kind, NAMES, (name) => caIssuer({ ...issuer, kind, name })),
      ...tried(`${kind}, Secret`, NAMES, (one) => caIssuer({ ...issuer, kind, secretName: one })),
      ...tried(`${kind} in`, NAMES, (namespace) => caIssuer({ ...issuer, kind, namespace })),
    ]),
    ...tried('Certificate', NAMES, (name) => certManagerCertificate({ ...wanted, name })),
    ...tried('Certificate, Secret', NAMES, (secretName) =>
      certManagerCertificate({ ...wanted, secretName }),
    ),
    ...tried('Certificate by', NAMES, (name) =>
      certManagerCertificate({ ...wanted, issuer: { kind: 'Issuer', name } }),
    ),
    ...tried('Certificate for', TIMES, (duration) =>
      certManagerCertificate({ ...wanted, duration }),
    ),
    ...tried('Certificate ahead', TIMES, (renewBefore) =>
      certManagerCertificate({ ...wanted, duration: 100 * YEAR, renewBefore }),
    ),
    ...tried('Certificate called', COMMON_NAMES, (one) =>
      certManagerCertificate({ ...wanted, subject: dnOf('CN', one) }),
    ),
    ...tried('Certificate of', [...HOSTS, 'spiffe://a/b', '10.0.0.1', 'me@a.test'], (one) =>
      certManagerCertificate({ ...wanted, names: [parseIdentityName(one)] }),
    ),
  ];
}

function tried<T extends string | number>(
  what: string,
  values: readonly T[],
  render: (value: T) => string,
): readonly Edge[] {
  return values.flatMap((value) => {
    try {
      return [{ title: `${what} ${JSON.stringify(value)}`, yaml: render(value) }];
    } catch (error) {
      if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
      throw error;
    }
  });
}
