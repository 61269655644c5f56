// Sets of files as people hand them to SPIRE, right and wrong: for our own check, and for SPIFFE's
// library and SPIRE's rules in Go.
import { DAY } from '../../src/base/clock.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { CLIENT_AUTH, type Holder, type Shape } from './graph.ts';
import { around, certs, key, type MeshSetCase } from './mesh-sets.ts';
import { rewritten } from './spiffe-shapes.ts';

const room = (pathLength: number): NonNullable<Shape['extensions']> => ({
  basicConstraints: { kind: 'basicConstraints', ca: true, pathLength },
});

const EC_PARAMETERS = encodePem(
  'EC PARAMETERS',
  Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07),
);

/** Sets for the disk plugin, which holds `upstream.crt`, `upstream.key` and `bundle.crt`. */
export async function upstreamSets(at: Date): Promise<readonly MeshSetCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root' });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const deep = await make.ca({ subject: 'CN=deep', by: middle });
  const one = await make.ca({ subject: 'CN=one', by: root, extensions: room(1) });
  const low = await make.ca({ subject: 'CN=low root', extensions: room(1) });
  const below = await make.ca({ subject: 'CN=below', by: low });
  const end = await make.leaf({ by: root });
  const set = (
    holder: Holder,
    roots: readonly Holder[] = [root],
    chain: readonly Holder[] = [holder],
  ): Record<string, string> => ({
    'upstream.crt': certs(...chain),
    'upstream.key': key(holder),
    ...(roots.length > 0 && { 'bundle.crt': certs(...roots) }),
  });
  const usual = set(one);
  const of = async (shape: Shape, days?: number) =>
    set(await make.ca({ subject: 'CN=spire', by: root, ...shape }, days));
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const rsa = await make.ca({ subject: 'CN=rsa', by: root, key: generateKey('rsa-2048') });
  const ed = await make.ca({ subject: 'CN=ed', key: generateKey('ed25519') });
  const good: readonly [string, MeshSetCase['files']][] = [
    ['a CA below the root', usual],
    ['a CA with the one above it', set(deep, [root], [deep, middle])],
    ['the old root and the new', set(one, [low, root])],
    ['a root among the chain', set(one, [root], [one, root])],
    ['an RSA key', set(rsa)],
    ['an RSA key in PKCS#1', { ...set(rsa), 'upstream.key': rewritten(key(rsa), 'pkcs1') }],
    ['a key in the form of SEC 1', { ...usual, 'upstream.key': rewritten(key(one), 'sec1') }],
    ['a key on P-521', await of({ key: generateKey('ec-p521') })],
    [
      'a root with a key of Ed25519',
      await of({ by: ed, subject: 'CN=below ed' }).then((files) => ({
        ...files,
        'bundle.crt': certs(ed),
      })),
    ],
    ['text around the blocks', { ...usual, 'upstream.crt': `# CA\n${certs(one)}\n# end\n` }],
  ];
  const bad: readonly [string, MeshSetCase['files'], boolean, ...string[]][] = [
    ['one root alone', set(root, []), true, 'warning CA_KEY_IN_SECRET'],
    ['one intermediate alone', set(one, []), true, 'warning TRUST_WITHOUT_ROOT'],
    ['an intermediate for a bundle', set(deep, [middle]), true, 'warning TRUST_WITHOUT_ROOT'],
    ['a chain without a bundle', set(one, [], [one, root]), false, 'error MESH_FILE_MISSING'],
    ['path length 0', await of({ extensions: room(0) }), false, 'error PATH_LENGTH_EXCEEDED'],
    ['a root that allows one level', set(below, [low]), false, 'error PATH_LENGTH_EXCEEDED'],
    ['a chain without the middle', set(deep), false, 'error ISSUER_NOT_FOUND'],
    ['another root', set(one, [low]), false, 'error ISSUER_NOT_FOUND'],
    ['the key of another', { ...usual, 'upstream.key': key(low) }, false, 'error KEY_MISMATCH'],
    ['a CA that has ended', await of(past), false, 'error EXPIRED'],
    ['a CA that ends within 60 days', await of({}, 59), true, 'warning EXPIRES_SOON'],
    [
      'purposes of clients alone',
      await of({
        extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
      }),
      false,
      'error CA_PURPOSES',
    ],
    [
      'a CA that may sign lists alone',
      await of({ extensions: { keyUsage: { kind: 'keyUsage', usages: ['cRLSign'] } } }),
      false,
      'error KEY_USAGE',
    ],
    ['a leaf in place of the CA', set(end), false, 'error NOT_A_CA'],
    ['a key of Ed25519', await of({ key: ed.key }), false, 'error MESH_KEY_TYPE'],
    [
      'the parameters that openssl ecparam writes before a key',
      { ...usual, 'upstream.key': `${EC_PARAMETERS}${rewritten(key(one), 'sec1')}` },
      false,
      'error PEM_FORM',
    ],
    [
      'the key among the certificates of its own file',
      { ...usual, 'upstream.key': `${key(one)}${certs(one)}` },
      false,
      'error PEM_FORM',
    ],
    [
      'something else in the bundle',
      { ...usual, 'bundle.crt': `${EC_PARAMETERS}${certs(root)}` },
      false,
      'error PEM_FORM',
    ],
    [
      'a mark in front of a file',
      { ...usual, 'upstream.crt': `\ufeff${certs(one)}` },
      false,
      'error PEM_FORM',
    ],
    [
      'a bundle that is cut',
      { ...usual, 'bundle.crt': certs(root).slice(0, 300) },
      false,
      'error PEM_MALFORMED',
    ],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true })),
    ...bad.map(([title, files, loads, ...says]) => ({ title, files, loads, says })),
  ];
}
