// What each command prints that a cluster takes, in its main forms. test/interop/manifests.test.ts
// has it judged by the systems' own code. A command that is not here makes
// test/manifest/manifest-cases.test.ts fail: add it, with its cases, or with what it prints instead.

export interface ManifestCase {
  readonly args: readonly string[];
  /** What comes out, in this order: `apps/v1/Deployment`. */
  readonly kinds: readonly string[];
  /** A patch: the one of FILES that it is for. */
  readonly onto?: string;
  /** What the system warns of, and we mean. */
  readonly warns?: RegExp;
}

/** Files that the cases read, beside what PREPARATIONS leave. */
export const FILES: Readonly<Record<string, string>> = {
  'policy.yaml': `version: 1
rules:
  - {name: reads, effect: allow, who: [{spiffe: spiffe://cluster.local/ns/prod/sa/web}, {spiffe: 'spiffe://cluster.local/ns/batch/sa/*'}], what: [{methods: [GET, HEAD], paths: [/orders, /orders/*]}]}
  - {name: anybody, effect: allow, who: [{any: true}], what: [{paths: ['*/health']}]}
  - {name: nobody, effect: deny, who: [{any: true}], what: [{methods: [DELETE], paths: [/*]}]}
`,
  ...there('Deployment', 'apps/v1', 'selector: {matchLabels: {app: api}}'),
  ...there('StatefulSet', 'apps/v1', 'selector: {matchLabels: {app: api}}'),
  ...there('DaemonSet', 'apps/v1', 'selector: {matchLabels: {app: api}}'),
  ...there('Job', 'batch/v1', 'backoffLimit: 1'),
  ...there('CronJob', 'batch/v1', 'schedule: "0 0 * * *"'),
};

/** A workload that is there, with another container, and with volumes of its own. */
function there(kind: string, apiVersion: string, more: string): Record<string, string> {
  const batch = apiVersion === 'batch/v1';
  const pods = `{metadata: {labels: {app: api}}, spec: ${JSON.stringify({
    ...(batch && { restartPolicy: 'Never' }),
    containers: [
      { name: 'logger', image: 'logger' },
      {
        name: 'api',
        image: 'api',
        env: [{ name: 'TLS_CA_FILE', value: '/old' }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'mtls', secret: { secretName: 'old' } },
    ],
  })}}`;
  const template =
    kind === 'CronJob' ? `jobTemplate: {spec: {template: ${pods}}}` : `template: ${pods}`;
  const spec = `{${[more, template].join(', ')}}`;
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: api, namespace: prod}\nspec: ${spec}\n`;
  return { [`${kind.toLowerCase()}.yaml`]: text };
}

const signer = ['--signer-name', 'example.org/workloads'];

/** What is done before, in this order: a home with CAs, files of a workload, a request. */
export const PREPARATIONS: readonly (readonly string[])[] = [
  ['ca', 'init', 'root', '--no-passphrase'],
  ['ca', 'init', 'next', '--no-passphrase', '--key-type', 'rsa-2048'],
  ['issue', 'api.prod.svc', '--ca', 'root', '--name', 'api'],
  ['mesh', 'istio', 'cacerts', '--ca', 'root', '--no-passphrase', '--file', 'made.yaml'],
  ['ca', 'crl', 'root'],
  ['ca', 'crl', 'istio'],
  ['k8s', 'csr', 'create', 'web', 'web.prod.svc', ...signer, '--file', 'web.yaml'],
];

const SECRET = 'v1/Secret';
const CONFIG_MAP = 'v1/ConfigMap';
const DEPLOYMENT = 'apps/v1/Deployment';
const INGRESS = 'networking.k8s.io/v1/Ingress';
const REQUEST = 'certificates.k8s.io/v1/CertificateSigningRequest';
const TRUST_BUNDLE = 'certificates.k8s.io/v1beta1/ClusterTrustBundle';
const BUNDLE = 'trust.cert-manager.io/v1alpha1/Bundle';
const GATEWAY = 'gateway.networking.k8s.io/v1/Gateway';
const BACKEND_TLS = 'gateway.networking.k8s.io/v1/BackendTLSPolicy';
const CERTIFICATE = 'cert-manager.io/v1/Certificate';
const PEERS = 'security.istio.io/v1/PeerAuthentication';
const AUTHORIZATION = 'security.istio.io/v1/AuthorizationPolicy';
const CILIUM_POLICY = 'cilium.io/v2/CiliumNetworkPolicy';
const FEDERATION = 'spire.spiffe.io/v1alpha1/ClusterFederatedTrustDomain';
const ENVOY_FILTER = 'networking.istio.io/v1alpha3/EnvoyFilter';
const LINKERD_SERVER = 'policy.linkerd.io/v1beta3/Server';
const LINKERD_MTLS = 'policy.linkerd.io/v1alpha1/MeshTLSAuthentication';
const LINKERD_POLICY = 'policy.linkerd.io/v1alpha1/AuthorizationPolicy';

/**
 * Kinds whose code and CRDs are in no Go module that can be had: their fields are tested by name;
 * and Cilium's, which test/interop/mesh-cilium.test.ts has judged by its own code and CRD.
 */
export const UNJUDGED: readonly string[] = [
  LINKERD_SERVER,
  LINKERD_MTLS,
  LINKERD_POLICY,
  FEDERATION,
  CILIUM_POLICY,
];

const object = ['-n', 'prod', '-l', 'app.kubernetes.io/part-of=shop', '-l', 'tier=on'];
const leaf = ['--cert', 'api.crt', '--key', 'api.key', '--ca', 'root'];
const program = ['--secret', 'api-tls', '--image', 'example.org/api:1'];
const ingress = ['--host', 'api.example.org', '--secret', 'api-tls', '--service', 'api'];
const gateway = ['--class', 'envoy', '--secret', 'api-tls'];

/** Cases of a command, whose words are put before their arguments. */
const cases = (
  command: string,
  ...given: readonly (readonly [args: readonly string[], ...kinds: string[]])[]
): Readonly<Record<string, readonly ManifestCase[]>> => ({
  [command]: given.map(([args, ...kinds]) => ({ args: [...command.split(' '), ...args], kinds })),
});

const patch = ['k8s', 'deployment', 'api', '--secret', 'api-tls', '--patch', '-n', 'prod'];
const patches: readonly ManifestCase[] = [
  ...[
    ['--reloader', '--ca-configmap', 'mtls-roots:ca.pem'],
    ['--trust-bundle', 'example.org:workloads:roots'],
  ].map((args) => ({ args: [...patch, ...args], kinds: [DEPLOYMENT], onto: 'deployment.yaml' })),
  ...[
    DEPLOYMENT,
    'apps/v1/StatefulSet',
    'apps/v1/DaemonSet',
    'batch/v1/Job',
    'batch/v1/CronJob',
  ].map((one) => {
    const kind = one.replace(/.*\//, '').toLowerCase();
    return { args: [...patch, '--kind', kind], kinds: [one], onto: `${kind}.yaml` };
  }),
];

/** By the words of the command; a sentence where what it prints is for no cluster. */
export const MANIFESTS: Readonly<Record<string, readonly ManifestCase[] | string>> = {
  ...cases(
    'k8s secret',
    [['api-tls', ...leaf], SECRET],
    [['api-tls', ...leaf, '--opaque', ...object], SECRET],
    [['web-tls', '--issue', 'web.prod.svc', '--ca', 'next'], SECRET],
  ),
  ...cases(
    'k8s configmap',
    [['mtls-roots'], CONFIG_MAP],
    [['mtls-roots', '--ca', 'root', '--ca', 'next', ...object], CONFIG_MAP],
  ),
  ...cases(
    'k8s trust-bundle',
    [['mtls-roots'], TRUST_BUNDLE],
    [['roots', ...signer, '--ca', 'root', '-l', 'tier=on'], TRUST_BUNDLE],
    [['mtls-roots', '--trust-manager'], BUNDLE],
    [['roots', '--trust-manager', '--target', 'secret', '--key', 'ca.pem'], BUNDLE],
    [['roots', '--trust-manager', '--ca', 'next', '--to-label', 'mtls=on'], BUNDLE],
  ),
  'k8s deployment': [
    ...[
      [],
      ['--port', '8443', '--replicas', '3', '--service-account', 'api', ...object],
      ['--ca-configmap', 'mtls-roots', '--reloader', '--container', 'server'],
      ['--trust-bundle', 'mtls-roots', '--mount', '/run/tls', '--fs-group', '2000'],
    ].map((args) => ({
      args: ['k8s', 'deployment', 'api', ...program, ...args],
      kinds: [DEPLOYMENT],
    })),
    ...patches,
  ],
  ...cases(
    'k8s ingress',
    [['api', ...ingress, '--port', '443', '--client-ca', 'client-roots', '-n', 'prod'], INGRESS],
    [
      [
        ...['api', ...ingress, '--port', 'https', '--host', '*.example.net', '--path', '/v1'],
        ...['--upstream-secret', 'nginx-client', '--client-ca', 'client-roots', ...object],
        ...['--clients', 'optional', '--pass-certificate', '--depth', '2', '--class', 'edge'],
      ],
      INGRESS,
    ],
  ),
  ...cases(
    'k8s gateway',
    [['edge', ...gateway], GATEWAY],
    [
      ['edge', ...gateway, '--client-ca', 'roots', '--host', 'a.test', '--host', '*.b.test'],
      GATEWAY,
    ],
    [['edge', ...gateway, '--client-ca', 'roots', '--clients', 'optional', ...object], GATEWAY],
    [
      [
        ...['edge', ...gateway, '-n', 'prod', '--client-secret', 'edge-client', '--service', 'api'],
        ...['--service-ca', 'roots', '--service-port', 'https'],
        ...['--service-san', 'spiffe://example.org/ns/prod/sa/api', '--service-san', 'api.test'],
      ],
      GATEWAY,
      BACKEND_TLS,
    ],
    [
      [
        'edge',
        ...gateway,
        '--service',
        'api',
        '--service-ca',
        'system',
        '--service-host',
        'a.test',
      ],
      GATEWAY,
      BACKEND_TLS,
    ],
  ),
  ...cases(
    'k8s csr create',
    [['one', 'one.prod.svc', '10.0.0.7', ...signer, '--key', 'api.key'], REQUEST],
    [['two', '--spiffe', 'spiffe://a.test/b', ...signer, '--expiration', '24h'], REQUEST],
    [['jane', '--cn', 'jane', '--signer-name', 'kubernetes.io/kube-apiserver-client'], REQUEST],
    [
      [
        ...['node', '--subject', 'O=system:nodes,CN=system:node:one', '--dns', 'one.test'],
        ...['--signer-name', 'kubernetes.io/kubelet-serving', '-l', 'tier=on'],
      ],
      REQUEST,
    ],
  ),
  ...cases(
    'k8s csr approve',
    [['web.yaml', '--yes'], REQUEST],
    [['web.yaml', '--yes', '--deny', '--reason', 'NotOurs', '--message', 'who is it?'], REQUEST],
  ),
  ...cases('k8s csr sign', [['web.yaml', '--ca', 'root', '--approve', '--yes'], REQUEST]),
  'k8s read': 'it reads',
  ...cases(
    'mesh istio cacerts',
    [[], SECRET],
    [['--tls', '-n', 'mesh', '-l', 'tier=on'], SECRET],
    [['--also-trust', 'next'], SECRET],
    [['--crls'], SECRET],
    [['cluster2', '--ca', 'next', '--no-passphrase'], SECRET],
  ),
  ...cases(
    'mesh istio policy',
    ...['disable', 'permissive', 'strict'].flatMap((mode) =>
      [
        [],
        ['-n', 'prod'],
        [
          'api',
          ...object,
          '--workload',
          'app=api',
          '--port',
          '9090=permissive',
          '--port',
          '1=strict',
        ],
      ].map((level): readonly [readonly string[], string] => [[...level, '--mode', mode], PEERS]),
    ),
  ),
  ...cases(
    'mesh istio gateway',
    [['api', 'api.example.org', '*.example.net'], 'networking.istio.io/v1/Gateway'],
    [
      [
        'api',
        'a.test',
        ...object,
        '--credential',
        'a',
        '--port',
        '8443',
        '--selector',
        'istio=edge',
      ],
      'networking.istio.io/v1/Gateway',
    ],
    [
      ['bank', '--to', 'bank.test', '--workload', 'app=pay', '--san', 'bank.test', ...object],
      'networking.istio.io/v1/DestinationRule',
    ],
  ),
  'mesh istio check': 'it judges',
  ...cases(
    'mesh cert-manager issuer',
    [['--ca', 'root', '--no-passphrase'], SECRET, 'cert-manager.io/v1/ClusterIssuer'],
    [
      ['--secret', 'signing', '--resource-namespace', 'pki'],
      SECRET,
      'cert-manager.io/v1/ClusterIssuer',
    ],
    [
      ['prod', '--ca', 'root', '--no-passphrase', '--issuer', 'ours', ...object],
      SECRET,
      'cert-manager.io/v1/Issuer',
    ],
  ),
  ...cases(
    'mesh cert-manager certificate',
    [['api.prod.svc', '--issuer', 'root', '--ttl', '24h'], CERTIFICATE],
    [['--from', 'api.crt', '--issuer', 'root', '-n', 'prod'], CERTIFICATE],
    [['spiffe://example.org/ns/prod/sa/api', '--issuer', 'root', '--name', 'api'], CERTIFICATE],
    [
      [
        ...['db.internal', '10.0.0.7', 'me@a.test', '--issuer', 'prod', '--issuer-kind', 'Issuer'],
        ...[
          '--name',
          'db',
          '--secret',
          'db-cert',
          '--key-type',
          'rsa-3072',
          '--renew-before',
          '10d',
        ],
        ...['--rotation-policy', 'Never', '--subject', 'CN=db,O=Example,OU=Data,C=DE', ...object],
      ],
      CERTIFICATE,
    ],
    [['a.test', '--issuer', 'root', '--key-type', 'ed25519', '--profile', 'client'], CERTIFICATE],
  ),
  'mesh cert-manager check': 'it judges',
  ...cases(
    'mesh linkerd anchors',
    [['--no-passphrase'], CONFIG_MAP],
    [['linkerd-root', 'root', '-n', 'mesh', '-l', 'tier=on'], CONFIG_MAP],
  ),
  ...cases(
    'mesh linkerd issuer',
    [['--ca', 'linkerd-root', '--no-passphrase'], SECRET],
    [['--form', 'kubernetes.io/tls', '-n', 'mesh', '-l', 'tier=on'], SECRET],
  ),
  ...cases(
    'mesh linkerd webhooks',
    [['--ca', 'root'], SECRET, SECRET, SECRET],
    [['--ca', 'root', '--viz', '-l', 'tier=on'], SECRET, SECRET],
  ),
  ...cases('mesh linkerd policy', [
    ['api', '--workload', 'app=api', '--port', 'http', '--allow', 'shop/web', ...object],
    ...[LINKERD_SERVER, LINKERD_MTLS, LINKERD_POLICY],
  ]),
  'mesh linkerd values': 'values for Helm',
  'mesh linkerd check': 'it judges',
  'mesh spire upstream': 'files and a block of server.conf',
  'mesh spire bundle': 'a trust bundle of SPIFFE',
  'mesh spire check': 'it judges',
  'mesh spire helper': 'settings of spiffe-helper',
  ...cases('mesh spire federation', [
    [
      ...['example.com', '--url', 'https://example.com/bundle.json', '--profile', 'https_web'],
      ...['--format', 'kubernetes', '--name', 'other', '-l', 'tier=on'],
    ],
    FEDERATION,
  ]),
  'mesh consul connect-ca': 'the configuration of a CA for Consul',
  'mesh consul agent': 'files of agents',
  ...cases(
    'mesh consul secrets',
    [['--ca', 'root'], SECRET, SECRET],
    [
      ['edge', '--ca', 'next', '--also-trust', 'root', '--dc', 'fra', '-n', 'net', '-l', 'tier=on'],
      ...[SECRET, SECRET],
    ],
  ),
  'mesh consul values': 'values for Helm',
  'mesh consul check': 'it judges',
  ...cases(
    'mesh cilium ca',
    [['--ca', 'root', '--no-passphrase'], SECRET],
    [['--helm-release', 'cilium', '-n', 'net', '-l', 'tier=on'], SECRET],
  ),
  ...cases(
    'mesh cilium hubble',
    [['--ca', 'root'], SECRET, SECRET],
    [
      ['--ca', 'root', '--relay-tls', '--metrics', '--cluster-name', 'prod', '-l', 'tier=on'],
      ...[SECRET, SECRET, SECRET, SECRET, SECRET],
    ],
  ),
  ...cases('mesh cilium clustermesh', [['--ca', 'next'], SECRET, SECRET, SECRET, SECRET]),
  ...cases(
    'mesh cilium policy',
    [['api', '--from', 'app=web'], CILIUM_POLICY],
    [
      ['api', '--workload', 'app=api', '--from', 'prod:*', '--port', '8080', ...object],
      CILIUM_POLICY,
    ],
  ),
  'mesh cilium values': 'values for Helm',
  'mesh cilium check': 'it judges',
  ...cases(
    'mesh kiali cabundle',
    [['--ca', 'root'], CONFIG_MAP],
    [['--ca', 'next', '--instance', 'eyes', '--key', 'openid-server-ca.crt'], CONFIG_MAP],
  ),
  'mesh kiali check': 'it judges',
  'policy check': 'it judges',
  'policy test': 'it decides',
  'policy export': [[], ['-n', 'prod', '-l', 'app=orders', '--name', 'p']].map((args) => ({
    args: ['policy', 'export', 'policy.yaml', '--to', 'istio', ...args],
    kinds: [ENVOY_FILTER, AUTHORIZATION, AUTHORIZATION],
    // Of a rule that goes by methods and paths; to refuse too much is the safe side
    warns: /^configured AuthorizationPolicy will deny all traffic to TCP ports/,
  })),
};
