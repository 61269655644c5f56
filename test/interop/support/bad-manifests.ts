// Edits that the systems refuse, by the kind of the manifest that is edited.
import { isMap, parseAllDocuments, type Document } from 'yaml';

export interface BadEdit {
  readonly title: string;
  /** Where, and what is put there; undefined takes it away. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** What the refusal speaks of. */
  readonly refusal: RegExp;
}

const edit = (title: string, path: BadEdit['path'], value: unknown, refusal: RegExp): BadEdit => ({
  title,
  path,
  value,
  refusal,
});

/** Of every kind. */
const ANY: readonly BadEdit[] = [
  edit(
    'unknown field',
    ['metadata', 'nmae'],
    'x',
    /unknown field "?metadata\.nmae|nmae.*unknown field/,
  ),
  // Those of requests may have capitals
  edit('bad name', ['metadata', 'name'], 'a/B', /metadata\.name: Invalid value/),
  edit('bad label', ['metadata', 'labels'], { tier: 'a b' }, /metadata\.labels: Invalid value/),
  edit('no name', ['metadata', 'name'], undefined, /metadata\.name: Required value/),
];
const unknownIn = (...path: (string | number)[]) =>
  edit(`unknown field in ${path.join('.')}`, [...path, 'zzz'], 1, /zzz/);

const container = ['spec', 'template', 'spec', 'containers', 0] as const;
const listener = ['spec', 'listeners', 0] as const;
const trust = ['spec', 'trustBundle'] as const;
const NO_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

export const BAD: Readonly<Record<string, readonly BadEdit[]>> = {
  'v1/Secret': [
    unknownIn(),
    edit('no base64', ['data', 'tls.key'], '%%', /illegal base64/),
    edit('bad key of data', ['data', 'a/b'], 'AAAA', /data\[a\/b\]: Invalid value/),
    edit('no tls.key', ['data', 'tls.key'], undefined, /data\[tls\.key\]: Required value/),
    edit('bad namespace', ['metadata', 'namespace'], 'a.b', /metadata\.namespace: Invalid value/),
  ],
  'v1/ConfigMap': [
    unknownIn(),
    edit('bad key of data', ['data', '..'], 'x', /data\[\.\.\]: Invalid value/),
    edit('number in data', ['data', 'ca.crt'], 1, /cannot unmarshal number/),
  ],
  'apps/v1/Deployment': [
    unknownIn(...container),
    edit('no image', [...container, 'image'], undefined, /image: Required value/),
    edit('no selector', ['spec', 'selector'], undefined, /spec\.selector: Required value/),
    edit(
      'labels of others',
      ['spec', 'template', 'metadata', 'labels'],
      { a: 'b' },
      /does not match template/,
    ),
    edit(
      'relative variable',
      [...container, 'env', 0, 'name'],
      '',
      /env\[0\]\.name: Required value/,
    ),
    edit(
      'mount of no volume',
      [...container, 'volumeMounts', 0, 'name'],
      'gone',
      /Not found: "gone"/,
    ),
    edit(
      'mode beyond 0777',
      ['spec', 'template', 'spec', 'volumes', 0, 'secret', 'defaultMode'],
      512,
      /defaultMode: Invalid value/,
    ),
    edit(
      'negative group',
      ['spec', 'template', 'spec', 'securityContext', 'fsGroup'],
      -1,
      /fsGroup: Invalid value/,
    ),
  ],
  'networking.k8s.io/v1/Ingress': [
    unknownIn('spec'),
    edit('host with a port', ['spec', 'rules', 0, 'host'], 'a.test:443', /host: Invalid value/),
    edit(
      'wrong path type',
      ['spec', 'rules', 0, 'http', 'paths', 0, 'pathType'],
      'Under',
      /pathType: Unsupported value/,
    ),
    edit(
      'annotation without a name',
      ['metadata', 'annotations', 'a/b/c'],
      'x',
      /metadata\.annotations: Invalid value/,
    ),
    edit(
      'no service',
      ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'],
      undefined,
      /service\.name: Required value/,
    ),
  ],
  'certificates.k8s.io/v1/CertificateSigningRequest': [
    unknownIn('spec'),
    edit('no PEM', ['spec', 'request'], 'AAAA', /spec\.request: Invalid value/),
    edit('no signer', ['spec', 'signerName'], undefined, /spec\.signerName: Required value/),
    edit(
      'signer without a path',
      ['spec', 'signerName'],
      'a.test',
      /spec\.signerName: Invalid value/,
    ),
    edit('no usages', ['spec', 'usages'], undefined, /spec\.usages: Required value/),
    edit(
      'unknown usage',
      ['spec', 'usages', 0],
      'signing things',
      /spec\.usages\[0\]: Unsupported value/,
    ),
    edit('nine minutes', ['spec', 'expirationSeconds'], 599, /expirationSeconds: Invalid value/),
    edit('a namespace', ['metadata', 'namespace'], 'prod', /stands in no namespace/),
    edit(
      'approved and denied',
      ['status', 'conditions'],
      ['Approved', 'Denied'].map((type) => ({ type, status: 'True', reason: 'x' })),
      /both Approved and Denied|Approved and Denied conditions/,
    ),
    edit(
      'approval that is none',
      ['status', 'conditions'],
      [{ type: 'Approved', status: 'False' }],
      /status\.conditions\[0\]\.status/,
    ),
    edit('no certificate', ['status', 'certificate'], 'AAAA', /status\.certificate: Invalid value/),
  ],
  'certificates.k8s.io/v1beta1/ClusterTrustBundle': [
    unknownIn('spec'),
    edit('no certificate', trust, 'roots', /spec\.trustBundle: Invalid value/),
    edit('a block that is none', trust, NO_CERTIFICATE, /spec\.trustBundle: Invalid value/),
    edit(
      'signer of another name',
      ['spec', 'signerName'],
      'a.test/b',
      /metadata\.name: Invalid value/,
    ),
    edit('a namespace', ['metadata', 'namespace'], 'prod', /stands in no namespace/),
  ],
  'trust.cert-manager.io/v1alpha1/Bundle': [
    unknownIn('spec'),
    unknownIn('spec', 'target'),
    edit('no sources', ['spec', 'sources'], undefined, /spec\.sources: Required value/),
    edit('no key', ['spec', 'target'], { configMap: {} }, /key: (Required|Invalid) value/),
    edit('a namespace', ['metadata', 'namespace'], 'prod', /stands in no namespace/),
  ],
  'gateway.networking.k8s.io/v1/Gateway': [
    unknownIn('spec'),
    unknownIn(...listener),
    edit('port 0', [...listener, 'port'], 0, /port: Invalid value/),
    edit('a protocol with a blank', [...listener, 'protocol'], 'H T', /protocol: Invalid value/),
    edit('a bad host', [...listener, 'hostname'], 'a_b.test', /hostname: Invalid value/),
    edit(
      'a mode of others',
      [...listener, 'tls', 'mode'],
      'MUTUAL',
      /tls\.mode: Unsupported value/,
    ),
    edit(
      'no certificate',
      [...listener, 'tls', 'certificateRefs'],
      undefined,
      /certificateRefs or options must be specified/,
    ),
    edit('no class', ['spec', 'gatewayClassName'], undefined, /gatewayClassName: Required value/),
  ],
  'gateway.networking.k8s.io/v1/BackendTLSPolicy': [
    unknownIn('spec', 'validation'),
    edit('no host', ['spec', 'validation', 'hostname'], undefined, /hostname: Required value/),
    edit(
      'roots of both kinds',
      ['spec', 'validation', 'wellKnownCACertificates'],
      'System',
      /must not contain both/,
    ),
    edit('no roots', ['spec', 'validation', 'caCertificateRefs'], undefined, /must specify either/),
    edit(
      'a name of no kind',
      ['spec', 'validation', 'subjectAltNames', 0, 'type'],
      'Email',
      /type: Unsupported value/,
    ),
  ],
  'security.istio.io/v1/PeerAuthentication': [
    unknownIn('spec'),
    edit(
      'an unknown mode',
      ['spec', 'mtls', 'mode'],
      'MUTUAL',
      /spec\.mtls\.mode: Unsupported value/,
    ),
    edit(
      'ports without a workload',
      ['spec', 'portLevelMtls'],
      { '80': { mode: 'STRICT' } },
      /portLevelMtls requires selector/,
    ),
    edit(
      'a label with a wildcard',
      ['spec', 'selector'],
      { matchLabels: { app: 'a*' } },
      /wildcard/i,
    ),
  ],
  'security.istio.io/v1/AuthorizationPolicy': [
    unknownIn('spec'),
    edit('an unknown action', ['spec', 'action'], 'REFUSE', /spec\.action: Unsupported value/),
    edit(
      'an operation that is empty',
      ['spec', 'rules', 0, 'to'],
      [{ operation: {} }],
      /operation/,
    ),
    edit(
      'an account beside a principal',
      ['spec', 'rules', 0, 'from'],
      [{ source: { principals: ['a'], serviceAccounts: ['a/b'] } }],
      /serviceAccounts|service ?accounts?/i,
    ),
  ],
  'networking.istio.io/v1alpha3/EnvoyFilter': [
    unknownIn('spec', 'configPatches', 0),
    edit(
      'an unknown place',
      ['spec', 'configPatches', 0, 'applyTo'],
      'HTTP',
      /applyTo: Unsupported value/,
    ),
    edit(
      'an unknown operation',
      ['spec', 'configPatches', 0, 'patch', 'operation'],
      'PUT',
      /operation: Unsupported value/,
    ),
  ],
  'networking.istio.io/v1/Gateway': [
    unknownIn('spec', 'servers', 0),
    edit(
      'an unknown mode',
      ['spec', 'servers', 0, 'tls', 'mode'],
      'BOTH',
      /tls\.mode: Unsupported value/,
    ),
    edit(
      'no credential',
      ['spec', 'servers', 0, 'tls', 'credentialName'],
      undefined,
      /credential|certificate/i,
    ),
    edit('no hosts', ['spec', 'servers', 0, 'hosts'], undefined, /hosts/),
    edit('port 0', ['spec', 'servers', 0, 'port', 'number'], 0, /port/),
  ],
  'networking.istio.io/v1/DestinationRule': [
    unknownIn('spec', 'trafficPolicy', 'tls'),
    edit('no host', ['spec', 'host'], undefined, /host/),
    edit(
      'an unknown mode',
      ['spec', 'trafficPolicy', 'tls', 'mode'],
      'BOTH',
      /tls\.mode: Unsupported value/,
    ),
    edit(
      'no credential',
      ['spec', 'trafficPolicy', 'tls', 'credentialName'],
      undefined,
      /client certificate|private key/i,
    ),
  ],
  'cert-manager.io/v1/Certificate': [
    unknownIn('spec', 'privateKey'),
    edit('half an hour', ['spec', 'duration'], '30m', /spec\.duration: Invalid value/),
    edit(
      'renewal after the end',
      ['spec', 'renewBefore'],
      '100000h',
      /spec\.renewBefore: Invalid value/,
    ),
    edit(
      'an unknown usage',
      ['spec', 'usages', 0],
      'signing things',
      /spec\.usages\[0\]: Unsupported value/,
    ),
    edit(
      'a size of no curve',
      ['spec', 'privateKey', 'size'],
      300,
      /privateKey\.size: Unsupported value/,
    ),
    edit('65 characters', ['spec', 'commonName'], 'a'.repeat(65), /commonName: Too long/),
    edit(
      'an address that is none',
      ['spec', 'ipAddresses'],
      ['10.0.0'],
      /ipAddresses\[0\]: Invalid value/,
    ),
    edit('no issuer', ['spec', 'issuerRef', 'name'], undefined, /issuerRef\.name: Required value/),
    edit('no Secret', ['spec', 'secretName'], undefined, /spec\.secretName: Required value/),
  ],
  'cert-manager.io/v1/ClusterIssuer': [
    unknownIn('spec', 'ca'),
    edit('no Secret', ['spec', 'ca', 'secretName'], undefined, /secretName: Required value/),
    edit(
      'two kinds at once',
      ['spec', 'selfSigned'],
      {},
      /may not specify more than one issuer type/,
    ),
    edit('a namespace', ['metadata', 'namespace'], 'prod', /stands in no namespace/),
  ],
  'cert-manager.io/v1/Issuer': [
    unknownIn('spec', 'ca'),
    edit('no kind', ['spec', 'ca'], undefined, /at least one issuer must be configured|spec/),
  ],
};

export const badEdits = (kind: string): readonly BadEdit[] => [...ANY, ...(BAD[kind] ?? [])];

/** The first document of the kind, with the edit. */
export function edited(yaml: string, kind: string, { path, value }: BadEdit): string {
  const documents = parseAllDocuments(yaml) as Document[];
  const found = documents.find((one) => kindOf(one) === kind);
  if (!found) throw new Error(`no ${kind} to edit`);
  if (value === undefined) found.deleteIn(path);
  else found.setIn(path, found.createNode(value));
  return found.toString();
}

function kindOf({ contents }: Document): string {
  return isMap(contents)
    ? `${String(contents.get('apiVersion'))}/${String(contents.get('kind'))}`
    : '';
}
