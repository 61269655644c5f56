// Sets of files as people hand them to Istio, right and wrong, and what those of other meshes are
// made with: for our own checks, and for the meshes' own code.
import { DAY } from '../../src/base/clock.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { ca, CLIENT_AUTH, leaf, type Holder, type Shape } from './graph.ts';
import { crlOf } from './crl.ts';

export interface MeshSetCase {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What our check says, as `severity code`. */
  readonly says: readonly string[];
  /** Whether the mesh's own code loads it. */
  readonly loads: boolean;
  /** False where what the mesh then signs is refused by those who trust its root. */
  readonly believed?: boolean;
}

/** Certificates as one PEM text. */
export const certs = (...holders: readonly Holder[]) =>
  encodeBundle(holders.map(({ certificate }) => certificate));
export const key = ({ key: one }: Holder) => writePrivateKey(one);
export const crls = async (...holders: readonly Holder[]) =>
  (await Promise.all(holders.map((holder) => crlOf(holder))))
    .map(({ der }) => encodePem('X509 CRL', der))
    .join('');

/** What `openssl ecparam -name prime256v1 -genkey` writes in front of the key. */
export const CURVE = `-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
`;

const CA_USES = { kind: 'basicConstraints', ca: true } as const;

/** Holders whose dates lie around a moment. */
export function around(at: Date) {
  const dates = (days = 365) => ({
    notBefore: new Date(at.getTime() - DAY),
    notAfter: new Date(at.getTime() + days * DAY),
  });
  return {
    ca: (shape: Shape = {}, days?: number) => ca({ ...dates(days), ...shape }),
    leaf: (shape: Shape = {}) => leaf({ ...dates(), ...shape }),
    dates,
  };
}

/** Sets for istiod, as `cacerts` holds them. */
export async function istioSets(at: Date): Promise<readonly MeshSetCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root' });
  const other = await make.ca({ subject: 'CN=other root' });
  const signing = await make.ca({
    subject: 'CN=istio',
    by: root,
    extensions: { basicConstraints: { ...CA_USES, pathLength: 0 } },
  });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const deep = await make.ca({ subject: 'CN=deep', by: middle });
  const set = (
    one: Holder,
    roots: readonly Holder[] = [root],
    chain: readonly Holder[] = [one, root],
  ) => ({
    'ca-cert.pem': certs(one),
    'ca-key.pem': key(one),
    'root-cert.pem': certs(...roots),
    'cert-chain.pem': certs(...chain),
  });
  const usual = set(signing);
  const with_ = async (shape: Shape, days?: number) =>
    set(await make.ca({ subject: 'CN=istio', by: root, ...shape }, days));
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const rootOfNone = await make.ca({
    subject: 'CN=narrow root',
    extensions: { basicConstraints: { ...CA_USES, pathLength: 0 } },
  });
  const below = await make.ca({ subject: 'CN=below', by: rootOfNone });
  const binding = await make.ca({
    subject: 'CN=client root',
    extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
  });
  const bound = await make.ca({ subject: 'CN=bound', by: binding });
  const end = await make.leaf({ by: root });
  const ended = await make.ca({ subject: 'CN=istio', by: root, ...past });
  const anew = await make.ca({ subject: 'CN=istio', by: root, key: ended.key });
  const silent = await make.ca({
    subject: 'CN=istio',
    by: root,
    extensions: {
      keyUsage: { kind: 'keyUsage', usages: ['digitalSignature', 'keyCertSign'] },
    },
  });
  const good: readonly [string, MeshSetCase['files']][] = [
    ['the recipe of Istio: CA and root in the chain', usual],
    ['the CA alone in the chain', set(signing, [root], [signing])],
    ['both roots, while one takes over from the other', set(signing, [other, root])],
    ['a CA below a CA', set(deep, [root], [deep, middle, root])],
    ['an RSA key', await with_({ key: generateKey('rsa-2048') })],
    ['lists of every CA', { ...usual, 'ca-crl.pem': await crls(signing, root) }],
    ['text in front of the CA', { ...usual, 'ca-cert.pem': `# of Istio\n${certs(signing)}` }],
    [
      'the form of kubernetes.io/tls',
      { 'tls.crt': certs(signing), 'tls.key': key(signing), 'ca.crt': certs(root) },
    ],
  ];
  const bad: readonly [string, MeshSetCase['files'], boolean, ...string[]][] = [
    ['the key of another', { ...usual, 'ca-key.pem': key(other) }, false, 'error KEY_MISMATCH'],
    ['a root that signed nothing here', set(signing, [other]), false, 'error UNTRUSTED_ROOT'],
    [
      'a chain without the CA in the middle',
      set(deep, [root], [deep, root]),
      false,
      'error ISSUER_NOT_FOUND',
    ],
    [
      'a chain without the CA itself',
      set(signing, [root], [root]),
      true,
      'error INTERMEDIATE_MISSING',
    ],
    ['a CA that has ended', await with_(past), false, 'error EXPIRED'],
    ['a CA that ends soon', await with_({}, 30), true, 'warning EXPIRES_SOON'],
    [
      'a CA with purposes of clients alone',
      await with_({
        extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
      }),
      false,
      'error CA_PURPOSES',
    ],
    [
      'a root with purposes of clients alone',
      set(bound, [binding], [bound]),
      false,
      'error CA_PURPOSES',
    ],
    ['a leaf in place of the CA', set(end), false, 'error NOT_A_CA'],
    [
      'a CA made anew, and what was before it in the chain',
      set(anew, [root], [ended, root]),
      false,
      'error EXPIRED',
      'error INTERMEDIATE_MISSING',
    ],
    [
      'parameters of the curve in front of the key',
      { ...usual, 'ca-key.pem': CURVE + key(signing) },
      false,
      'error PEM_FORM',
    ],
    [
      'the key in front of the CA',
      { ...usual, 'ca-cert.pem': key(signing) + certs(signing) },
      false,
      'error PEM_FORM',
    ],
    [
      'a byte order mark in front of the roots',
      { ...usual, 'root-cert.pem': `\ufeff${certs(root)}` },
      false,
      'error PEM_FORM',
    ],
    [
      'a certificate where the lists belong',
      { ...usual, 'ca-crl.pem': certs(root) },
      false,
      'error NOTHING_FOUND',
    ],
    [
      'a certificate behind the lists',
      { ...usual, 'ca-crl.pem': (await crls(signing, root)) + certs(root) },
      false,
      'error PEM_FORM',
    ],
    [
      'lists of a CA that may sign none, as in the recipe of Istio',
      { ...set(silent), 'ca-crl.pem': await crls(silent, root) },
      false,
      'error CRL_MISSING',
    ],
    [
      'lists beside the form of kubernetes.io/tls',
      {
        'tls.crt': certs(signing),
        'tls.key': key(signing),
        'ca.crt': certs(root),
        'ca-crl.pem': await crls(root),
      },
      true,
      'warning MESH_OBJECT',
    ],
    [
      'a CA below a root that allows one level, and another below that',
      set(await make.ca({ subject: 'CN=too deep', by: below }), [rootOfNone], [below]),
      false,
      'error PATH_LENGTH_EXCEEDED',
    ],
    ['the key of the root itself', set(root), true, 'warning CA_KEY_IN_SECRET'],
    [
      'a list of the root alone',
      { ...usual, 'ca-crl.pem': await crls(root) },
      false,
      'error CRL_MISSING',
    ],
    [
      'lists of strangers',
      { ...usual, 'ca-crl.pem': await crls(other, middle) },
      false,
      'error CRL_MISSING',
      'error CRL_MISSING',
    ],
    [
      'an encrypted key',
      { ...usual, 'ca-key.pem': writePrivateKey(signing.key, 'secret') },
      false,
      'error KEY_ENCRYPTED',
    ],
    [
      'a certificate where the key belongs',
      { ...usual, 'ca-key.pem': certs(signing) },
      false,
      'error NOTHING_FOUND',
    ],
    [
      'no roots',
      {
        'ca-cert.pem': certs(signing),
        'ca-key.pem': key(signing),
        'cert-chain.pem': certs(signing),
      },
      false,
      'error MESH_FILE_MISSING',
    ],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true })),
    ...bad.map(([title, files, loads, ...says]) => ({ title, files, loads, says })),
  ];
}
