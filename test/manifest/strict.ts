// Manifests held to every field that their kind has, and to the API server's rules for names and
// keys: the published schemas let unknown fields, names and missing keys pass.
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';

type Check = (value: unknown, path: string) => void;
/** Fields by name; those that end in `?` may be missing. */
type Fields = Readonly<Record<string, Check>>;

function fail(path: string, what: string): never {
  throw new Error(`${path}: ${what}`);
}

export const text =
  (pattern = /^[^]+$/): Check =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) fail(path, `not ${String(pattern)}`);
  };

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, path) => {
    if (!values.includes(value)) fail(path, `not one of ${values.join(', ')}`);
  };

export const whole =
  (least: number, most: number): Check =>
  (value, path) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      fail(path, `not from ${least} to ${most}`);
  };

export const list =
  (item: Check, least = 1): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least) return fail(path, 'no list');
    value.forEach((one, index) => {
      item(one, `${path}[${index}]`);
    });
  };

export const fields =
  (known: Fields): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fail(path, 'no mapping');
    const given = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(given))
      if (!(name in known) && !(`${name}?` in known)) fail(path, `unknown field ${name}`);
    for (const [name, check] of Object.entries(known)) {
      const bare = name.replace(/\?$/, '');
      if (given[bare] !== undefined) check(given[bare], `${path}.${bare}`);
      else if (bare === name) fail(path, `no ${name}`);
    }
  };

/** Exactly one of the fields. */
export const exactlyOne =
  (known: Fields): Check =>
  (value, path) => {
    fields(Object.fromEntries(Object.entries(known).map(([name, check]) => [`${name}?`, check])))(
      value,
      path,
    );
    if (Object.keys(value as object).length !== 1) fail(path, 'not exactly one field');
  };

export const mapOf =
  (key: RegExp, item: Check): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null) return fail(path, 'no mapping');
    for (const [name, one] of Object.entries(value)) {
      if (!key.test(name)) fail(path, `bad key ${name}`);
      item(one, `${path}.${name}`);
    }
  };

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
export const dnsLabel = text(new RegExp(`^${LABEL}$`));
export const subdomain = text(new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`));
export const dataKey = text(/^(?!\.\.)[-._a-zA-Z0-9]{1,253}$/);
const qualified = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labels = mapOf(qualified, text(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/));
export const port = whole(1, 65535);
export const base64 = text(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const PEM_BLOCK =
  '-----BEGIN CERTIFICATE-----\\n(?:[A-Za-z0-9+/=]{1,64}\\n)+-----END CERTIFICATE-----\\n';
/** Certificates and nothing else, each once. */
export const certificates: Check = (value, path) => {
  text(new RegExp(`^(?:${PEM_BLOCK})+$`))(value, path);
  const blocks = String(value).match(new RegExp(PEM_BLOCK, 'g')) ?? [];
  if (new Set(blocks).size !== blocks.length) fail(path, 'a certificate twice');
};

const meta = (name: Check, annotations: Fields = {}): Check =>
  fields({ name, 'labels?': labels, ...annotated(annotations) });
const annotated = (annotations: Fields): Fields =>
  Object.keys(annotations).length > 0 ? { 'annotations?': fields(annotations) } : {};
/** Metadata of what stands in a namespace. */
export const namespaced = (name: Check = subdomain, annotations: Fields = {}): Check =>
  fields({ name, 'namespace?': dnsLabel, 'labels?': labels, ...annotated(annotations) });

const file = fields({ key: dataKey, path: dataKey });
const volumeIn = (patch: boolean): Check => {
  const secret = fields({ secretName: subdomain, defaultMode: oneOf(0o400) });
  const projection = exactlyOne({
    secret: fields({ name: subdomain, items: list(file) }),
    configMap: fields({ name: subdomain, items: list(file) }),
    clusterTrustBundle: fields({ name: text(/^[a-z0-9.:-]+$/), path: dataKey }),
  });
  return (value: unknown, path: string) => {
    const { name, ...sources } = value as Record<string, unknown>;
    dnsLabel(name, `${path}.name`);
    // A patch takes away what it does not set
    const source = Object.fromEntries(Object.entries(sources).filter(([, one]) => one !== null));
    if (Object.keys(sources).length !== (patch ? 2 : 1)) fail(path, 'a source too many or too few');
    exactlyOne({
      secret,
      projected: fields({ defaultMode: oneOf(0o400), sources: list(projection, 2) }),
    })(source, path);
  };
};
const env = list(fields({ name: text(/^[A-Z_]+$/), value: text(/^\/[\w./-]+$/) }), 3);
const mounts = list(
  fields({ name: dnsLabel, mountPath: text(/^\/[\w./-]+$/), readOnly: oneOf(true) }),
);
const reloader = {
  'secret.reloader.stakater.com/reload?': subdomain,
  'configmap.reloader.stakater.com/reload?': subdomain,
};
const groupOnly = { fsGroup: whole(1, 2 ** 31 - 1), fsGroupChangePolicy: oneOf('OnRootMismatch') };

const onOff = oneOf('on', 'off');
const nginx = (names: Fields): Fields =>
  Object.fromEntries(
    Object.entries(names).map(([name, check]) => [`nginx.ingress.kubernetes.io/${name}?`, check]),
  );
const secretOf = text(/^[a-z0-9-]+\/[a-z0-9.-]+$/);
const wildcard = text(new RegExp(`^(?=.{1,253}$)(\\*\\.)?${LABEL}(\\.${LABEL})*$`));
// Annotations are texts, whatever they look like
const annotations = nginx({
  'auth-tls-secret': secretOf,
  'auth-tls-verify-client': oneOf('on', 'optional'),
  'auth-tls-verify-depth': text(/^[1-9]\d*$/),
  'auth-tls-pass-certificate-to-upstream': oneOf('true', 'false'),
  'backend-protocol': oneOf('HTTPS'),
  'proxy-ssl-secret': secretOf,
  'proxy-ssl-verify': onOff,
  'proxy-ssl-verify-depth': text(/^[1-9]\d*$/),
  'proxy-ssl-name': subdomain,
  'proxy-ssl-server-name': onOff,
  // The regular expression of ingress-nginx
  'proxy-ssl-protocols': text(/^(SSLv2|SSLv3|TLSv1|TLSv1\.1|TLSv1\.2|TLSv1\.3| )*$/),
});
const serviceName = text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
const portName = text(/^[a-z0-9-]{1,15}$/);
const secretRef = fields({ kind: oneOf('Secret'), name: subdomain });
const rootsRef = fields({ group: oneOf(''), kind: oneOf('ConfigMap'), name: subdomain });

const KINDS: Readonly<Record<string, Fields>> = {
  'v1/Secret': {
    metadata: namespaced(),
    type: oneOf('kubernetes.io/tls', 'Opaque'),
    data: fields({ 'tls.crt': base64, 'tls.key': base64, 'ca.crt?': base64 }),
  },
  'v1/ConfigMap': { metadata: namespaced(), data: fields({ 'ca.crt': certificates }) },
  'certificates.k8s.io/v1beta1/ClusterTrustBundle': {
    metadata: meta(text(/^[a-z0-9:.-]+$/)),
    spec: fields({ 'signerName?': text(/^[a-z0-9.-]+\/[a-z0-9.-]+$/), trustBundle: certificates }),
  },
  'trust.cert-manager.io/v1alpha1/Bundle': {
    metadata: meta(subdomain),
    spec: fields({
      sources: list(exactlyOne({ inLine: certificates })),
      target: fields({
        'configMap?': fields({ key: dataKey }),
        'secret?': fields({ key: dataKey }),
        'namespaceSelector?': fields({ matchLabels: labels }),
      }),
    }),
  },
  'networking.k8s.io/v1/Ingress': {
    metadata: namespaced(subdomain, annotations),
    spec: fields({
      ingressClassName: subdomain,
      tls: list(fields({ hosts: list(wildcard), secretName: subdomain })),
      rules: list(
        fields({
          host: wildcard,
          http: fields({
            paths: list(
              fields({
                path: text(/^\//),
                pathType: oneOf('Prefix'),
                backend: fields({
                  service: fields({
                    name: serviceName,
                    port: exactlyOne({ number: port, name: portName }),
                  }),
                }),
              }),
            ),
          }),
        }),
      ),
    }),
  },
  'gateway.networking.k8s.io/v1/Gateway': {
    metadata: namespaced(),
    spec: fields({
      gatewayClassName: subdomain,
      listeners: list(
        fields({
          name: dnsLabel,
          'hostname?': wildcard,
          port,
          protocol: oneOf('HTTPS'),
          tls: fields({ mode: oneOf('Terminate'), certificateRefs: list(secretRef) }),
        }),
      ),
      'tls?': fields({
        'frontend?': fields({
          default: fields({
            validation: fields({
              caCertificateRefs: list(rootsRef),
              mode: oneOf('AllowValidOnly', 'AllowInsecureFallback'),
            }),
          }),
        }),
        'backend?': fields({ clientCertificateRef: secretRef }),
      }),
    }),
  },
  'gateway.networking.k8s.io/v1/BackendTLSPolicy': {
    metadata: namespaced(),
    spec: fields({
      targetRefs: list(
        fields({
          group: oneOf(''),
          kind: oneOf('Service'),
          name: serviceName,
          'sectionName?': portName,
        }),
      ),
      validation: (value, path) => {
        const { hostname, subjectAltNames = [], ...roots } = value as Record<string, unknown>;
        subdomain(hostname, `${path}.hostname`);
        exactlyOne({
          caCertificateRefs: list(rootsRef),
          wellKnownCACertificates: oneOf('System'),
        })(roots, path);
        list((name, at) => {
          const { type, ...one } = name as Record<string, unknown>;
          if (type === 'URI') fields({ uri: text(/^spiffe:\/\/[^\s]+$/) })(one, at);
          else fields({ hostname: wildcard })(one, at);
        }, 0)(subjectAltNames, `${path}.subjectAltNames`);
      },
    }),
  },
  'cert-manager.io/v1/ClusterIssuer': {
    metadata: meta(subdomain),
    spec: fields({ ca: fields({ secretName: subdomain }) }),
  },
  'cert-manager.io/v1/Issuer': {
    metadata: namespaced(),
    spec: fields({ ca: fields({ secretName: subdomain }) }),
  },
  'cert-manager.io/v1/Certificate': {
    metadata: namespaced(),
    spec: fields({
      secretName: subdomain,
      'commonName?': text(/^.{1,64}$/u),
      'subject?': fields({
        'organizations?': list(text()),
        'organizationalUnits?': list(text()),
        'countries?': list(text()),
        'provinces?': list(text()),
        'localities?': list(text()),
        'streetAddresses?': list(text()),
        'postalCodes?': list(text()),
        'serialNumber?': text(),
      }),
      'literalSubject?': text(/=/),
      'dnsNames?': list(text()),
      'ipAddresses?': list(text(/^[0-9a-f.:]+$/)),
      'uris?': list(text(/^\w+:/)),
      'emailAddresses?': list(text(/@/)),
      duration: text(/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/),
      renewBefore: text(/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/),
      usages: list(text(/^[a-z ]+$/)),
      privateKey: fields({
        algorithm: oneOf('ECDSA', 'RSA', 'Ed25519'),
        'size?': whole(256, 8192),
        encoding: oneOf('PKCS8'),
        rotationPolicy: oneOf('Always', 'Never'),
      }),
      issuerRef: fields({
        group: oneOf('cert-manager.io'),
        kind: oneOf('ClusterIssuer', 'Issuer'),
        name: subdomain,
      }),
    }),
  },
  'apps/v1/Deployment': {
    metadata: namespaced(subdomain, reloader),
    spec: fields({
      'replicas?': whole(0, 100_000),
      selector: fields({ matchLabels: labels }),
      template: fields({
        metadata: fields({ labels }),
        spec: fields({
          'serviceAccountName?': subdomain,
          automountServiceAccountToken: oneOf(false),
          securityContext: fields({
            ...groupOnly,
            runAsNonRoot: oneOf(true),
            seccompProfile: fields({ type: oneOf('RuntimeDefault') }),
          }),
          containers: list(
            fields({
              name: dnsLabel,
              image: text(/^\S+$/),
              'ports?': list(fields({ name: oneOf('https'), containerPort: port })),
              'readinessProbe?': fields({ tcpSocket: fields({ port: oneOf('https') }) }),
              env,
              securityContext: fields({
                allowPrivilegeEscalation: oneOf(false),
                readOnlyRootFilesystem: oneOf(true),
                capabilities: fields({ drop: list(oneOf('ALL')) }),
              }),
              volumeMounts: mounts,
            }),
          ),
          volumes: list(volumeIn(false)),
        }),
      }),
    }),
  },
};

const pods = fields({
  template: fields({
    spec: fields({
      securityContext: fields(groupOnly),
      containers: list(fields({ name: dnsLabel, env, volumeMounts: mounts })),
      volumes: list(volumeIn(true)),
    }),
  }),
});

/** What is known of a kind beside those above, such as a patch. */
const patchOf = (kind: unknown): Fields => ({
  metadata: namespaced(subdomain, reloader),
  spec: kind === 'CronJob' ? fields({ jobTemplate: fields({ spec: pods }) }) : pods,
});

export interface StrictOptions {
  readonly patch?: boolean;
}

/** The objects of a manifest that says the same in YAML 1.1 and 1.2 and has no field too many or too few. */
export function strictly(
  yaml: string,
  { patch = false }: StrictOptions = {},
): readonly Readonly<Record<string, unknown>>[] {
  const [old, current] = (['1.1', '1.2'] as const).map((version) => {
    const documents = parseAllDocuments(yaml, { version, logLevel: 'error' });
    if (!Array.isArray(documents)) throw new Error('no document');
    return documents.map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Readonly<Record<string, unknown>>;
    });
  });
  expect(old).toEqual(current);
  for (const object of current ?? []) {
    const { apiVersion, kind } = object;
    const name = `${String(apiVersion)}/${String(kind)}`;
    const known = patch ? patchOf(kind) : KINDS[name];
    if (!known) throw new Error(`no rules for ${name}`);
    fields({ apiVersion: text(), kind: text(), ...known })(object, String(kind));
  }
  return current ?? [];
}
