// X509-SVIDs right and wrong: for our own check, for SPIFFE's library, and for the standard.
import { DAY } from '../../src/base/clock.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { spiffeBundle } from '../../src/manifest/spire.ts';
import type { GeneralName } from '../../src/name/san.ts';
import type { KeyUsage } from '../../src/x509/extension-names.ts';
import { CLIENT_AUTH, leaf, type Holder, type Shape } from './graph.ts';
import { around, certs, key, type MeshSetCase } from './mesh-sets.ts';
import { named, rewritten, uri, type SpiffeCase } from './spiffe-shapes.ts';

const ID = uri('spiffe://example.org/ns/a/sa/b');
const usage = (...usages: readonly KeyUsage[]) => ({ kind: 'keyUsage', usages }) as const;

/** X509-SVIDs, each with its key and its bundle. */
export async function svidSets(at: Date): Promise<readonly SpiffeCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root', extensions: named('spiffe://example.org') });
  const other = await make.ca({ subject: 'CN=other' });
  const middle = await make.ca({
    subject: 'CN=server',
    by: root,
    extensions: named('spiffe://example.org'),
  });
  const set = (
    holder: Holder,
    {
      chain = [],
      roots = [root],
    }: { readonly chain?: readonly Holder[]; readonly roots?: readonly Holder[] } = {},
  ): Record<string, string> => ({
    'svid.pem': certs(holder, ...chain),
    'svid_key.pem': key(holder),
    'bundle.pem': certs(...roots),
  });
  const leafOf = (shape: Shape, names: readonly GeneralName[] = [ID]) =>
    leaf({ ...make.dates(), by: root, subject: 'O=SPIRE', ...shape, names });
  const of = async (shape: Shape, names?: readonly GeneralName[]) =>
    set(await leafOf(shape, names));
  const usual = await leafOf({});
  const below = await leafOf({ by: middle });
  const jwks = (...holders: readonly Holder[]) =>
    spiffeBundle({ roots: holders.map(({ certificate }) => certificate), sequence: 1 });
  const bare = { 'svid.pem': certs(usual), 'svid_key.pem': key(usual) };
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const withPath = await make.ca({
    subject: 'CN=path',
    by: root,
    extensions: named('spiffe://example.org/a'),
  });
  const noSigner = await make.ca({
    subject: 'CN=mute',
    by: root,
    extensions: { keyUsage: usage('cRLSign') },
  });
  const good: readonly [string, MeshSetCase['files']][] = [
    ['an SVID below the root', set(usual)],
    ['an SVID below a CA', set(below, { chain: [middle] })],
    ['a bundle in SPIFFE’s form', { ...bare, 'bundle.json': jwks(other, root) }],
    ['a DNS name beside the ID', await of({}, [ID, { kind: 'dns', value: 'b.a.svc' }])],
    ['no stated purposes', await of({ extensions: { extendedKeyUsage: null } })],
    [
      'an RSA key',
      await of({
        key: generateKey('rsa-2048'),
        extensions: { keyUsage: usage('digitalSignature', 'keyEncipherment') },
      }),
    ],
    ['a key of Ed25519', await of({ key: generateKey('ed25519') })],
    [
      'no subject, and names that are critical',
      await of({
        subject: '',
        extensions: { subjectAltName: { critical: { kind: 'subjectAltName', names: [ID] } } },
      }),
    ],
  ];
  const bad: readonly [string, MeshSetCase['files'], boolean, boolean, ...string[]][] = [
    [
      'no URI',
      await of({}, [{ kind: 'dns', value: 'b.a.svc' }]),
      false,
      false,
      'error SPIFFE_NO_ID',
    ],
    [
      'two URIs',
      await of({}, [ID, uri('spiffe://example.org/c')]),
      false,
      false,
      'error SPIFFE_MANY_URIS',
    ],
    [
      'a URI that is no SPIFFE ID',
      await of({}, [uri('https://example.org/a')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a trust domain in upper case',
      await of({}, [uri('spiffe://Example.org/a')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a segment of dots',
      await of({}, [uri('spiffe://example.org/a/../b')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a slash at the end',
      await of({}, [uri('spiffe://example.org/a/')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a port',
      await of({}, [uri('spiffe://example.org:8443/a')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a query',
      await of({}, [uri('spiffe://example.org/a?b')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'an ID without a path',
      await of({}, [uri('spiffe://example.org')]),
      false,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a CA',
      await of({ extensions: { basicConstraints: { kind: 'basicConstraints', ca: true } } }),
      false,
      false,
      'error SPIFFE_NOT_A_LEAF',
    ],
    [
      'a key that may sign certificates',
      await of({ extensions: { keyUsage: usage('digitalSignature', 'keyCertSign') } }),
      false,
      false,
      'error SPIFFE_NOT_A_LEAF',
    ],
    [
      'a key that may sign lists',
      await of({ extensions: { keyUsage: usage('digitalSignature', 'cRLSign') } }),
      false,
      false,
      'error SPIFFE_NOT_A_LEAF',
    ],
    [
      'a key that may not sign',
      await of({ extensions: { keyUsage: usage('keyEncipherment') } }),
      false,
      false,
      'error SPIFFE_NOT_A_LEAF',
    ],
    [
      'no key usage',
      await of({ extensions: { keyUsage: null } }),
      false,
      false,
      'error SPIFFE_NOT_A_LEAF',
    ],
    [
      'a key usage that is not critical',
      set(await leafOf({ extensions: { keyUsage: { loose: usage('digitalSignature') } } })),
      true,
      false,
      'error KEY_USAGE',
    ],
    [
      'purposes of clients alone',
      await of({
        extensions: { extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: [CLIENT_AUTH] } },
      }),
      true,
      false,
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'no subject, and names that are not critical',
      await of({ subject: '' }),
      true,
      false,
      'error MALFORMED',
    ],
    [
      'a CA whose ID has a path',
      set(await leafOf({ by: withPath }), { chain: [withPath] }),
      true,
      false,
      'error SPIFFE_BAD_ID',
    ],
    [
      'a CA that may not sign',
      set(await leafOf({ by: noSigner }), { chain: [noSigner] }),
      false,
      false,
      'error KEY_USAGE',
    ],
    [
      'a leaf among the CAs',
      set(usual, { chain: [below] }),
      false,
      false,
      'error NOT_A_CA',
      'error SPIFFE_BAD_ID',
    ],
    [
      'the key of another',
      { ...set(usual), 'svid_key.pem': key(below) },
      false,
      true,
      'error KEY_MISMATCH',
    ],
    [
      'a key in SEC 1',
      { ...set(usual), 'svid_key.pem': rewritten(key(usual), 'sec1') },
      false,
      true,
      'error PEM_FORM',
    ],
    ['a chain without the CA', set(below), false, true, 'error ISSUER_NOT_FOUND'],
    [
      'the bundle of strangers',
      set(usual, { roots: [other] }),
      false,
      true,
      'error ISSUER_NOT_FOUND',
    ],
    ['an SVID that has ended', await of(past), false, true, 'error EXPIRED'],
    ['no bundle', bare, false, true, 'error MESH_FILE_MISSING'],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true, keeps: true })),
    ...bad.map(([title, files, loads, keeps, ...says]) => ({ title, files, loads, keeps, says })),
  ];
}
