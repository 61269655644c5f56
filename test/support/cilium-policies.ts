// Policies of Cilium that speak of authentication, right and wrong: for our own check, and for
// Cilium's own code and CRD.

export interface PolicyCase {
  readonly title: string;
  readonly policy: Readonly<Record<string, unknown>>;
  /** What our check says, as `severity code`. */
  readonly says: readonly string[];
  /** Whether Cilium takes it, and demands a proof by it. */
  readonly takes: boolean;
}

const from = [{ matchLabels: { app: 'web' } }];
const required = { mode: 'required' };
const selector = { endpointSelector: { matchLabels: { app: 'api' } } };

const policy = (spec: Readonly<Record<string, unknown>>) => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { ...selector, ...spec },
});
const ingress = (...rules: readonly Readonly<Record<string, unknown>>[]) =>
  policy({ ingress: rules });

type Row = readonly [string, Readonly<Record<string, unknown>>, boolean, ...string[]];

const ERROR = 'error MESH_POLICY';
const WARNING = 'warning MESH_POLICY';
const rows: readonly Row[] = [
  ['of who calls', ingress({ fromEndpoints: from, authentication: required }), true],
  [
    'of whom is called',
    policy({ egress: [{ toEndpoints: from, authentication: required }] }),
    true,
  ],
  [
    'one of several rules',
    ingress(
      { fromEndpoints: from, authentication: required },
      { fromEndpoints: from, authentication: { mode: 'disabled' } },
      { fromEntities: ['host'] },
    ),
    true,
  ],
  [
    'several specs',
    {
      ...policy({}),
      spec: undefined,
      specs: [{ ...selector, ingress: [{ fromEndpoints: from, authentication: required }] }],
    },
    true,
  ],
  [
    'of the entities that are endpoints',
    ingress({ fromEntities: ['cluster'], authentication: required }),
    true,
  ],
  [
    'beside the rules',
    policy({ ingress: [{ fromEndpoints: from }], authentication: required }),
    false,
    ERROR,
  ],
  [
    'in an endpoint',
    ingress({ fromEndpoints: [{ matchLabels: { app: 'web' }, authentication: required }] }),
    false,
    ERROR,
  ],
  [
    'under ports',
    ingress({
      fromEndpoints: from,
      toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], authentication: required }],
    }),
    false,
    ERROR,
  ],
  [
    'in a rule that denies',
    policy({
      ingress: [{ fromEndpoints: from }],
      ingressDeny: [{ fromEndpoints: from, authentication: required }],
    }),
    false,
    ERROR,
  ],
  [
    'a mode that there is not',
    ingress({ fromEndpoints: from, authentication: { mode: 'Required' } }),
    false,
    ERROR,
  ],
  ['no mode', ingress({ fromEndpoints: from, authentication: {} }), false, ERROR],
  [
    'a word in its place',
    ingress({ fromEndpoints: from, authentication: 'required' }),
    false,
    ERROR,
  ],
  [
    'a field that there is not',
    ingress({ fromEndpoints: from, authentication: { ...required, provider: 'spire' } }),
    false,
    WARNING,
  ],
  [
    'the mode that refuses everybody',
    ingress({ fromEndpoints: from, authentication: { mode: 'test-always-fail' } }),
    true,
    WARNING,
  ],
  [
    'of the world, which has no identity',
    ingress({ fromEntities: ['world'], authentication: required }),
    true,
    WARNING,
  ],
  [
    'of addresses, which have none',
    ingress({ fromCIDR: ['192.0.2.0/24'], authentication: required }),
    true,
    WARNING,
  ],
];

export const ciliumPolicyCases: readonly PolicyCase[] = rows.map(
  ([title, one, takes, ...says]) => ({ title, policy: one, takes, says }),
);
