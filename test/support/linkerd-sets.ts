// Sets of files as people hand them to Linkerd, right and wrong.
import { DAY } from '../../src/base/clock.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { CLIENT_AUTH, type Holder, type Shape } from './graph.ts';
import { around, certs, crls, CURVE, key, type MeshSetCase } from './mesh-sets.ts';

/** Sets for Linkerd: the issuer, and the anchors beside it. */
export async function linkerdSets(at: Date): Promise<readonly MeshSetCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root.linkerd.cluster.local' });
  const next = await make.ca({ subject: 'CN=root.linkerd.cluster.local' });
  const subject = 'CN=identity.linkerd.cluster.local';
  const issuer = await make.ca({ subject, by: root });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const deep = await make.ca({ subject, by: middle });
  const end = await make.leaf({ by: root });
  const wide = await make.ca({ subject: 'CN=wide', key: generateKey('ec-p384') });
  const rsa = await make.ca({ subject: 'CN=rsa', key: generateKey('rsa-2048') });
  const odd = await make.ca({ subject: 'CN=rsa', key: generateKey('rsa-3072') });
  const long = await make.ca({ subject: 'CN=rsa', key: generateKey('rsa-4096') });
  const edwards = await make.ca({ subject: 'CN=edwards', key: generateKey('ed25519') });
  const short = await make.ca({ subject: 'CN=root.linkerd.cluster.local' }, 50);
  const set = (one: Holder, anchors: readonly Holder[] = [root], more: readonly Holder[] = []) => ({
    'crt.pem': certs(one, ...more),
    'key.pem': key(one),
    'ca-bundle.crt': certs(...anchors),
  });
  const tls = (one: Holder) => ({
    'tls.crt': certs(one),
    'tls.key': key(one),
    'ca.crt': certs(root),
  });
  const usual = set(issuer);
  const of = async (shape: Shape, days?: number) => make.ca({ subject, by: root, ...shape }, days);
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const good: readonly [string, MeshSetCase['files']][] = [
    ['an issuer below its anchor', usual],
    ['the new anchor first, then the old', set(issuer, [next, root])],
    ['an issuer with the CA above it', set(deep, [root], [middle])],
    ['the form of kubernetes.io/tls', tls(issuer)],
    ['no newline at the end', { ...usual, 'crt.pem': certs(issuer).trimEnd() }],
    ['an RSA anchor of 2048 bits, which signs with SHA-256', set(await of({ by: rsa }), [rsa])],
    ['an RSA anchor of 4096 bits', set(await of({ by: long }), [long])],
    [
      'the anchors of the ConfigMap beside those of the Secret',
      { ...tls(issuer), 'ca-bundle.crt': certs(next, root) },
    ],
    ['the key behind the issuer', { ...usual, 'crt.pem': certs(issuer) + key(issuer) }],
  ];
  const bad: readonly [string, MeshSetCase['files'], boolean, ...string[]][] = [
    [
      'a blank line after the last certificate',
      { ...usual, 'crt.pem': `${certs(issuer)}\n` },
      false,
      'error PEM_FORM',
    ],
    [
      'text after the last anchor',
      { ...usual, 'ca-bundle.crt': `${certs(root)}# the root\n` },
      false,
      'error PEM_FORM',
    ],
    ['an RSA key', set(await of({ key: generateKey('rsa-2048') })), false, 'error MESH_KEY_TYPE'],
    [
      'a key on P-384',
      set(await of({ key: generateKey('ec-p384') })),
      false,
      'error MESH_KEY_TYPE',
    ],
    ['an RSA anchor of 3072 bits', set(await of({ by: odd }), [odd]), false, 'error MESH_KEY_TYPE'],
    [
      'an anchor on Ed25519',
      set(await of({ by: edwards }), [edwards]),
      false,
      'error MESH_KEY_TYPE',
      'error MESH_KEY_TYPE',
    ],
    [
      'an old anchor that has ended, beside the new',
      set(issuer, [root, await make.ca({ subject: 'CN=old', ...past })]),
      false,
      'error EXPIRED',
    ],
    [
      'an anchor that ends within 60 days, and what it signed with it',
      set(await of({ by: short }, 40), [short]),
      true,
      'warning EXPIRES_SOON',
      'warning EXPIRES_SOON',
    ],
    [
      'the new anchor in the Secret alone, and the old in the ConfigMap',
      { ...tls(issuer), 'ca-bundle.crt': certs(next) },
      false,
      'error BAD_SIGNATURE',
    ],
    [
      'the anchor in the ConfigMap alone, and another in the Secret',
      { ...tls(issuer), 'ca.crt': certs(next), 'ca-bundle.crt': certs(root) },
      true,
      'warning BAD_SIGNATURE',
    ],
    [
      'parameters of the curve in front of the key',
      { ...usual, 'key.pem': CURVE + key(issuer) },
      false,
      'error PEM_FORM',
    ],
    [
      'the key in front of the issuer',
      { ...usual, 'crt.pem': key(issuer) + certs(issuer) },
      false,
      'error PEM_FORM',
    ],
    [
      'a list between the anchors',
      { ...usual, 'ca-bundle.crt': certs(next) + (await crls(root)) + certs(root) },
      false,
      'error PEM_FORM',
    ],
    [
      'lines that begin with blanks',
      { ...usual, 'crt.pem': certs(issuer).replace(/^/gm, '  ').trimEnd() },
      false,
      'error PEM_FORM',
    ],
    [
      'an anchor on P-384, whose signature is of SHA-384',
      set(await of({ by: wide }), [wide]),
      false,
      'error MESH_KEY_TYPE',
      'error MESH_KEY_TYPE',
    ],
    ['an anchor that signed nothing here', set(issuer, [next]), false, 'error BAD_SIGNATURE'],
    ['a key of another', { ...usual, 'key.pem': key(root) }, false, 'error KEY_MISMATCH'],
    ['a leaf', set(end), false, 'error NOT_A_CA'],
    ['an issuer that has ended', set(await of(past)), false, 'error EXPIRED'],
    ['an issuer that ends within 60 days', set(await of({}, 59)), true, 'warning EXPIRES_SOON'],
    [
      'an issuer with purposes of clients alone',
      set(
        await of({
          extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
        }),
      ),
      false,
      'error CA_PURPOSES',
    ],
    [
      'no key',
      { 'crt.pem': certs(issuer), 'ca-bundle.crt': certs(root) },
      false,
      'error MESH_FILE_MISSING',
    ],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true })),
    ...bad.map(([title, files, loads, ...says]) => ({ title, files, loads, says })),
  ];
}
