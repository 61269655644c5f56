// Secrets of CA issuers of cert-manager, right and wrong: for our own check, and for cert-manager's
// own code.
import { DAY } from '../../src/base/clock.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { CLIENT_AUTH, type Holder, type Shape } from './graph.ts';
import { around, certs, CURVE, key, type MeshSetCase } from './mesh-sets.ts';

/** Sets for a CA issuer of cert-manager, as its Secret holds them. */
export async function certManagerSets(at: Date): Promise<readonly MeshSetCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root' });
  const other = await make.ca({ subject: 'CN=other' });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const signing = await make.ca({ subject: 'CN=signing', by: middle });
  const direct = await make.ca({ subject: 'CN=direct', by: root });
  const end = await make.leaf({ by: signing });
  const set = (
    chain: readonly Holder[],
    more: Readonly<Record<string, string>> = {},
  ): MeshSetCase['files'] => ({
    'tls.crt': certs(...chain),
    'tls.key': key(chain[0] ?? root),
    ...more,
  });
  const below = async (shape: Shape, days?: number) => {
    const one = await make.ca({ subject: 'CN=direct', by: root, ...shape }, days);
    return set([one, shape.by ?? root]);
  };
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const future = {
    notBefore: new Date(at.getTime() + DAY),
    notAfter: new Date(at.getTime() + 365 * DAY),
  };
  const clientsAlone = {
    extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] },
  } as const;
  const narrow = await make.ca({
    subject: 'CN=narrow',
    extensions: { basicConstraints: { kind: 'basicConstraints', ca: true, pathLength: 0 } },
  });
  const ended = await make.ca({ subject: 'CN=ended', ...past });
  // The same CA, certified by another root too
  const crossed = await make.ca({ subject: 'CN=direct', by: other, key: direct.key });
  const usual = set([direct, root]);
  const good: readonly [string, MeshSetCase['files']][] = [
    ['the CA, those above it, the root', set([signing, middle, root])],
    ['another order behind the CA', set([signing, root, middle])],
    ['the root in ca.crt alone', set([signing, middle], { 'ca.crt': certs(root) })],
    ['the root in both', set([signing, middle, root], { 'ca.crt': certs(root) })],
    ['the root twice', set([direct, root, root])],
    ['an RSA key', await below({ key: generateKey('rsa-2048') })],
    ['an Ed25519 key', await below({ key: generateKey('ed25519') })],
    ['a word before the certificates', { ...usual, 'tls.crt': `the CA\n${certs(direct, root)}` }],
  ];
  type Verdict = 'loads' | 'refuses' | 'disbelieved';
  const bad: readonly [string, MeshSetCase['files'], Verdict, ...string[]][] = [
    ['no root', set([signing, middle]), 'loads', 'warning TRUST_WITHOUT_ROOT'],
    ['the root’s own key', set([root]), 'loads', 'warning CA_KEY_IN_SECRET'],
    ['a CA that ends soon', await below({}, 30), 'loads', 'warning EXPIRES_SOON'],
    [
      'a stranger in the chain',
      set([signing, middle, root, other]),
      'refuses',
      'error CHAIN_STRANGER',
    ],
    [
      'a stranger in ca.crt',
      set([signing, middle, root], { 'ca.crt': certs(other) }),
      'refuses',
      'error CHAIN_STRANGER',
    ],
    [
      'a gap in the chain',
      set([signing, root]),
      'refuses',
      'error ISSUER_NOT_FOUND',
      'error CHAIN_STRANGER',
    ],
    [
      'the root first',
      set([root, middle, signing], { 'tls.key': key(signing) }),
      'refuses',
      'error KEY_MISMATCH',
      'error CHAIN_STRANGER',
      'error CHAIN_STRANGER',
    ],
    ['the CA certified twice', set([direct, crossed, root]), 'refuses', 'error CHAIN_STRANGER'],
    ['a leaf', set([end, signing, middle, root]), 'refuses', 'error NOT_A_CA'],
    [
      'a CA that may not sign',
      await below({ extensions: { keyUsage: { kind: 'keyUsage', usages: ['cRLSign'] } } }),
      'refuses',
      'error KEY_USAGE',
    ],
    ['the key of another', { ...usual, 'tls.key': key(other) }, 'refuses', 'error KEY_MISMATCH'],
    [
      'an encrypted key',
      { ...usual, 'tls.key': writePrivateKey(direct.key, 'secret') },
      'refuses',
      'error KEY_ENCRYPTED',
    ],
    [
      'parameters before the key, as openssl ecparam writes them',
      { ...usual, 'tls.key': CURVE + key(direct) },
      'refuses',
      'error PEM_FORM',
    ],
    [
      'the certificate before the key',
      { ...usual, 'tls.key': certs(direct) + key(direct) },
      'refuses',
      'error PEM_FORM',
    ],
    [
      'the key among the certificates',
      { ...usual, 'tls.crt': certs(direct) + key(direct) + certs(root) },
      'refuses',
      'error PEM_FORM',
    ],
    [
      'a file beyond its bounds',
      { ...usual, 'tls.crt': certs(direct, root) + '\n'.repeat(95_000) },
      'refuses',
      'error FILE_TOO_LARGE',
    ],
    ['no key', { 'tls.crt': certs(direct, root) }, 'refuses', 'error MESH_FILE_MISSING'],
    ['a CA that has ended', await below(past), 'disbelieved', 'error EXPIRED'],
    ['a CA that has not begun', await below(future), 'disbelieved', 'error NOT_YET_VALID'],
    ['a root that has ended', await below({ by: ended }), 'disbelieved', 'error EXPIRED'],
    [
      'purposes of clients alone',
      await below({ extensions: clientsAlone }),
      'disbelieved',
      'error CA_PURPOSES',
    ],
    [
      'a CA too many below the root',
      set([
        await make.ca({
          subject: 'CN=deep',
          by: await make.ca({ subject: 'CN=upper', by: narrow }),
        }),
        narrow,
      ]),
      'refuses',
      'error ISSUER_NOT_FOUND',
      'error CHAIN_STRANGER',
    ],
    ['no room for a CA', await below({ by: narrow }), 'disbelieved', 'error PATH_LENGTH_EXCEEDED'],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true })),
    ...bad.map(([title, files, verdict, ...says]) => ({
      title,
      files,
      loads: verdict !== 'refuses',
      believed: verdict === 'loads',
      says,
    })),
  ];
}
