// What people hand to Consul, right and wrong: configurations of its CA, and files of agents. For our
// own check, and for Consul's own code.
import { DAY } from '../../src/base/clock.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { ca, CLIENT_AUTH, leaf, type Holder, type Shape } from './graph.ts';

export const CLUSTER = '11111111-2222-3333-4444-555555555555';

/**
 * What Consul's code does with it: `alone` is a CA that other datacenters cannot be given one below,
 * and `last` one that no other can take over from.
 */
export type ConsulVerdict = 'loads' | 'alone' | 'last' | 'refuses';

export interface ConsulSetCase {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What our check says, as `severity code`. */
  readonly says: readonly string[];
  readonly consul: ConsulVerdict;
  /** A rule that its documentation states, and its code leaves to the operator. */
  readonly documented?: boolean;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CA_USES = { kind: 'basicConstraints', ca: true } as const;

const certs = (...holders: readonly Holder[]) =>
  encodeBundle(holders.map(({ certificate }) => certificate));
const key = ({ key: one }: Holder) => writePrivateKey(one);
const uris = (...values: readonly string[]) => ({
  subjectAltName: {
    kind: 'subjectAltName',
    names: values.map((value): GeneralName => ({ kind: 'uri', value })),
  } as const,
});
const purposes = (...oids: readonly string[]) => ({
  extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: oids } as const,
});

function datesAround(at: Date, days = 365) {
  return {
    notBefore: new Date(at.getTime() - DAY),
    notAfter: new Date(at.getTime() + days * DAY),
  };
}

type Row = readonly [
  title: string,
  files: ConsulSetCase['files'],
  consul: ConsulVerdict,
  ...says: readonly string[],
];

const rows = (all: readonly Row[], documented = false): readonly ConsulSetCase[] =>
  all.map(([title, files, consul, ...says]) => ({ title, files, consul, says, documented }));

/** Bodies for `PUT /v1/connect/ca/configuration`, each as the file ca.json. */
export async function connectSets(at: Date): Promise<readonly ConsulSetCase[]> {
  const dates = datesAround(at);
  const own = uris(`spiffe://${CLUSTER}.consul`);
  const make = (shape: Shape = {}) =>
    ca({ subject: 'CN=consul', ...dates, ...shape, extensions: { ...own, ...shape.extensions } });
  const room = (pathLength: number) => ({ basicConstraints: { ...CA_USES, pathLength } });
  const root = await ca({ subject: 'CN=root', ...dates });
  const rsaRoot = await ca({ subject: 'CN=rsa root', key: generateKey('rsa-2048'), ...dates });
  const edRoot = await ca({ subject: 'CN=ed root', key: generateKey('ed25519'), ...dates });
  const wideRoot = await ca({ subject: 'CN=wide root', key: generateKey('ec-p384'), ...dates });
  const below = (shape: Shape = {}) => make({ by: root, ...shape });
  const payload = (config: Readonly<Record<string, unknown>>, provider = 'consul') => ({
    'ca.json': JSON.stringify({ Provider: provider, Config: config }),
  });
  const pair = (one: Holder) => ({ PrivateKey: key(one), RootCert: certs(one) });
  const signing = await below({ extensions: room(2) });
  const with_ = (more: Readonly<Record<string, unknown>>) => payload({ ...pair(signing), ...more });
  const past = {
    notBefore: new Date(at.getTime() - 9 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const future = { notBefore: new Date(at.getTime() + DAY) };
  const of = async (shape: Shape) => payload(pair(await below(shape)));
  const end = await leaf({ by: root, ...dates, extensions: own });
  return [
    ...rows([
      ['an intermediate with room for two', payload(pair(signing)), 'loads'],
      ['an intermediate without a bound', await of({}), 'loads'],
      ['a key on P-384 below P-256', await of({ key: generateKey('ec-p384') }), 'loads'],
      ['a key on P-256 below P-384', await of({ by: wideRoot }), 'loads'],
      ['RSA below RSA', await of({ by: rsaRoot, key: generateKey('rsa-2048') }), 'loads'],
      ['the least lifetimes', with_({ LeafCertTTL: '1h', IntermediateCertTTL: '3h' }), 'loads'],
      ['the greatest lifetime of leaves', with_({ LeafCertTTL: '2920h' }), 'loads'],
      ['lifetimes of several units', with_({ leafcertttl: '1h30m0.5s' }), 'loads'],
      [
        'lifetimes that nobody looks at',
        with_({ LeafCertTTL: '30m', SkipValidate: true }),
        'loads',
      ],
      [
        'PEM without a newline at its end',
        payload({ PrivateKey: key(signing).trimEnd(), RootCert: certs(signing).trimEnd() }),
        'loads',
      ],
      ['a root', payload(pair(await make())), 'loads', 'warning CA_KEY_IN_SECRET'],
      ['a key alone', payload({ PrivateKey: key(signing) }), 'loads', 'warning MESH_FILE_MISSING'],
      [
        'the root behind the CA',
        with_({ RootCert: certs(signing, root) }),
        'loads',
        'warning ROOT_IN_CHAIN',
      ],
      ['a CA that ends soon', await of(datesAround(at, 30)), 'loads', 'warning EXPIRES_SOON'],
      ['room for one', await of({ extensions: room(1) }), 'last', 'warning PATH_LENGTH_EXCEEDED'],
      ['room for none', await of({ extensions: room(0) }), 'alone', 'warning PATH_LENGTH_EXCEEDED'],
      ['ECDSA below RSA', await of({ by: rsaRoot }), 'last', 'warning MESH_KEY_TYPE'],
      ['ECDSA below Ed25519', await of({ by: edRoot }), 'last', 'warning MESH_KEY_TYPE'],
      ['the key of another', with_({ PrivateKey: key(root) }), 'refuses', 'error KEY_MISMATCH'],
      [
        'a key of Ed25519',
        await of({ key: generateKey('ed25519') }),
        'refuses',
        'error MESH_KEY_TYPE',
      ],
      ['a leaf', payload(pair(end)), 'refuses', 'error NOT_A_CA'],
      ['a CA that has ended', await of(past), 'refuses', 'error EXPIRED'],
      ['a CA that has not begun', await of(future), 'refuses', 'error NOT_YET_VALID'],
      [
        'purposes of clients alone',
        await of({ extensions: purposes(CLIENT_AUTH) }),
        'refuses',
        'error CA_PURPOSES',
      ],
      [
        'a key that may not sign certificates',
        await of({ extensions: { keyUsage: { kind: 'keyUsage', usages: ['digitalSignature'] } } }),
        'refuses',
        'error KEY_USAGE',
      ],
      [
        'an encrypted key',
        with_({ PrivateKey: writePrivateKey(signing.key, 'secret') }),
        'refuses',
        'error KEY_ENCRYPTED',
      ],
      [
        'a certificate without its key',
        payload({ RootCert: certs(signing) }),
        'refuses',
        'error MESH_FILE_MISSING',
      ],
      [
        'a provider that is written large',
        payload(pair(signing), 'Consul'),
        'refuses',
        'error MESH_OBJECT',
      ],
      [
        'leaves of less than an hour',
        with_({ LeafCertTTL: '59m' }),
        'refuses',
        'error BAD_DURATION',
      ],
      [
        'leaves of more than a year',
        with_({ LeafCertTTL: '8761h', IntermediateCertTTL: '50000h' }),
        'refuses',
        'error BAD_DURATION',
      ],
      [
        'CAs of less than three hours',
        with_({ LeafCertTTL: '1h', IntermediateCertTTL: '179m' }),
        'refuses',
        'error BAD_DURATION',
      ],
      [
        'CAs of less than three leaves',
        with_({ LeafCertTTL: '72h', IntermediateCertTTL: '215h' }),
        'refuses',
        'error BAD_DURATION',
      ],
      [
        'a root of less than a CA',
        with_({ RootCertTTL: '8759h' }),
        'refuses',
        'error BAD_DURATION',
      ],
      ['a lifetime in days', with_({ LeafCertTTL: '3d' }), 'refuses', 'error BAD_DURATION'],
      ['a lifetime without a unit', with_({ LeafCertTTL: '72' }), 'refuses', 'error BAD_DURATION'],
      ['a lifetime in nanoseconds', with_({ LeafCertTTL: 72 }), 'refuses', 'error BAD_DURATION'],
      [
        'a kind of keys that is none of Consul’s',
        with_({ PrivateKeyType: 'ed25519' }),
        'refuses',
        'error MESH_KEY_TYPE',
      ],
      [
        'small keys',
        with_({ PrivateKeyType: 'rsa', PrivateKeyBits: 1024 }),
        'refuses',
        'error MESH_KEY_TYPE',
      ],
    ]),
    ...rows(
      [
        [
          'no URI',
          await of({ extensions: { subjectAltName: null } }),
          'loads',
          'error BAD_SPIFFE_ID',
        ],
        [
          'two URIs',
          await of({ extensions: uris(`spiffe://${CLUSTER}.consul`, 'spiffe://example.org') }),
          'loads',
          'error BAD_SPIFFE_ID',
        ],
        [
          'a URI with a path',
          await of({ extensions: uris(`spiffe://${CLUSTER}.consul/ca`) }),
          'loads',
          'error BAD_SPIFFE_ID',
        ],
        [
          'a trust domain that is no cluster',
          await of({ extensions: uris('spiffe://example.org') }),
          'loads',
          'error BAD_SPIFFE_ID',
        ],
        [
          'another cluster',
          await of({ extensions: uris(`spiffe://9${CLUSTER.slice(1)}.consul`) }),
          'loads',
          'error BAD_SPIFFE_ID',
        ],
      ],
      true,
    ),
  ];
}

/** Folders of a server and a client of dc1. */
export async function agentSets(at: Date): Promise<readonly ConsulSetCase[]> {
  const dates = datesAround(at);
  const root = await ca({ subject: 'CN=root', ...dates });
  const other = await ca({ subject: 'CN=other', ...dates });
  const middle = await ca({ subject: 'CN=middle', by: root, ...dates });
  const hosts = (...names: readonly string[]) =>
    names.map((value): GeneralName => ({ kind: 'dns', value }));
  const serverNames = hosts('server.dc1.consul', 'localhost');
  const clientNames = hosts('client.dc1.consul', 'localhost');
  type Leaf = Shape & { readonly names?: readonly GeneralName[] };
  const server = (shape: Leaf = {}) =>
    leaf({ subject: 'CN=server.dc1.consul', by: root, names: serverNames, ...dates, ...shape });
  const client = (shape: Leaf = {}) =>
    leaf({ subject: 'CN=client.dc1.consul', by: root, names: clientNames, ...dates, ...shape });
  const [one, two] = [await server(), await client()];
  const set = (
    first: Holder,
    second: Holder = two,
    {
      roots = [root],
      through = [],
    }: { readonly roots?: readonly Holder[]; readonly through?: readonly Holder[] } = {},
  ) => ({
    'consul-agent-ca.pem': certs(...roots),
    'dc1-server-consul-0.pem': certs(first, ...through),
    'dc1-server-consul-0-key.pem': key(first),
    'dc1-client-consul-0.pem': certs(second, ...through),
    'dc1-client-consul-0-key.pem': key(second),
  });
  const usual = set(one);
  const without = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(usual).filter(([name]) => !names.includes(name)));
  const past = {
    notBefore: new Date(at.getTime() - 9 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const deep = [await server({ by: middle }), await client({ by: middle })] as const;
  const only = (...oids: readonly string[]) => ({ extensions: purposes(...oids) });
  return rows([
    ['a server and a client below the root', usual, 'loads'],
    ['a server alone', without('dc1-client-consul-0.pem', 'dc1-client-consul-0-key.pem'), 'loads'],
    ['both below a CA below the root', set(...deep, { through: [middle] }), 'loads'],
    ['trust that begins in the middle', set(...deep, { roots: [middle] }), 'loads'],
    ['both roots, while one takes over', set(one, two, { roots: [other, root] }), 'loads'],
    [
      'a server that names its node too',
      set(await server({ names: hosts('a.server.dc1.consul', 'server.dc1.consul') })),
      'loads',
    ],
    [
      'a wildcard over the datacenter',
      set(await server({ names: hosts('*.dc1.consul') })),
      'loads',
    ],
    ['RSA keys', set(await server({ key: generateKey('rsa-2048') })), 'loads'],
    ['keys of Ed25519', set(await server({ key: generateKey('ed25519') })), 'loads'],
    ['a client for clients alone', set(one, await client(only(CLIENT_AUTH))), 'loads'],
    [
      'a server that states no purpose',
      set(await server({ extensions: { extendedKeyUsage: null } })),
      'loads',
    ],
    [
      'a server that ends soon',
      set(await server(datesAround(at, 20))),
      'loads',
      'warning EXPIRES_SOON',
    ],
    [
      'a server without its name',
      set(await server({ names: hosts('node-1.example.org') })),
      'refuses',
      'error HOST_MISMATCH',
    ],
    [
      'a server whose name is common alone',
      set(await server({ names: hosts('localhost') })),
      'refuses',
      'error HOST_MISMATCH',
    ],
    [
      'a server without any name',
      set(await server({ names: [] })),
      'refuses',
      'error HOST_MISMATCH',
    ],
    [
      'a server of another datacenter',
      set(await server({ names: hosts('server.dc2.consul') })),
      'refuses',
      'error HOST_MISMATCH',
    ],
    [
      'a server of another domain',
      set(await server({ names: hosts('server.dc1.example.org') })),
      'refuses',
      'error HOST_MISMATCH',
    ],
    [
      'a server for servers alone',
      set(await server(only(SERVER_AUTH))),
      'refuses',
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'a server for clients alone',
      set(await server(only(CLIENT_AUTH))),
      'refuses',
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'a client for servers alone',
      set(one, await client(only(SERVER_AUTH))),
      'refuses',
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'a client with the name of a server',
      set(one, await client({ names: serverNames })),
      'refuses',
      'warning HOST_MISMATCH',
    ],
    [
      'the key of another',
      { ...usual, 'dc1-server-consul-0-key.pem': key(two) },
      'refuses',
      'error KEY_MISMATCH',
    ],
    [
      'an encrypted key',
      { ...usual, 'dc1-server-consul-0-key.pem': writePrivateKey(one.key, 'secret') },
      'refuses',
      'error KEY_ENCRYPTED',
    ],
    ['no key', without('dc1-client-consul-0-key.pem'), 'refuses', 'error MESH_FILE_MISSING'],
    [
      'no root',
      without('consul-agent-ca.pem'),
      'refuses',
      'error MESH_FILE_MISSING',
      'error MESH_FILE_MISSING',
    ],
    [
      'a root that signed neither',
      set(one, two, { roots: [other] }),
      'refuses',
      'error ISSUER_NOT_FOUND',
      'error ISSUER_NOT_FOUND',
    ],
    [
      'a chain without its middle',
      set(...deep),
      'refuses',
      'error ISSUER_NOT_FOUND',
      'error ISSUER_NOT_FOUND',
    ],
    ['a server that has ended', set(await server(past)), 'refuses', 'error EXPIRED'],
    ['a client that has ended', set(one, await client(past)), 'refuses', 'error EXPIRED'],
  ]);
}
