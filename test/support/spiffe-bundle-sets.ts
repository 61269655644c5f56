// Trust bundles right and wrong: for our own check, for SPIFFE's library, and for the standard.
import { createPrivateKey } from 'node:crypto';
import { DAY } from '../../src/base/clock.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { spiffeBundle } from '../../src/manifest/spire.ts';
import type { Holder } from './graph.ts';
import { around, type MeshSetCase } from './mesh-sets.ts';
import { named, type SpiffeCase } from './spiffe-shapes.ts';

/** One bundle of the trust domain example.org as a JWK Set, in `bundle.json`. */
export async function bundleSets(at: Date): Promise<readonly SpiffeCase[]> {
  const make = around(at);
  const trust = named('spiffe://example.org');
  const root = await make.ca({ subject: 'CN=root', extensions: trust });
  const next = await make.ca({ subject: 'CN=next', key: generateKey('rsa-2048') });
  const ed = await make.ca({ subject: 'CN=ed', key: generateKey('ed25519') });
  const wide = await make.ca({ subject: 'CN=wide', key: generateKey('ec-p521') });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const end = await make.leaf({ by: root });
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const ended = await make.ca({ subject: 'CN=ended', ...past });
  const later = await make.ca({ subject: 'CN=later', notBefore: new Date(at.getTime() + DAY) });
  const mute = await make.ca({
    subject: 'CN=mute',
    extensions: { keyUsage: { kind: 'keyUsage', usages: ['cRLSign'] } },
  });
  const stranger = await make.ca({
    subject: 'CN=stranger',
    extensions: named('spiffe://example.com'),
  });
  const pathed = await make.ca({
    subject: 'CN=pathed',
    extensions: named('spiffe://example.org/a'),
  });
  type Jwk = Record<string, unknown>;
  const jwkOf = (holder: Holder): Jwk => {
    const { keys } = JSON.parse(spiffeBundle({ roots: [holder.certificate], sequence: 1 })) as {
      keys: [Jwk];
    };
    return keys[0];
  };
  const file = (keys: unknown, more: Jwk = { spiffe_sequence: 1 }) => ({
    'bundle.json': JSON.stringify({ ...more, keys }),
  });
  const text = (json: string) => ({ 'bundle.json': json });
  const one = jwkOf(root);
  const but = (change: Jwk): Jwk => ({ ...one, ...change });
  const { x5c, use, ...key } = one;
  const jwt: Jwk = { ...key, use: 'jwt-svid', kid: 'a' };
  const privateKey = createPrivateKey(writePrivateKey(root.key)).export({ format: 'jwk' });
  const numbered = (sequence: string, hint = '300') =>
    text(
      `{"keys":[${JSON.stringify(one)}],"spiffe_sequence":${sequence},"spiffe_refresh_hint":${hint}}`,
    );
  const good: readonly [string, MeshSetCase['files']][] = [
    ['one root', file([one])],
    ['roots of four kinds of keys', file([root, next, ed, wide].map(jwkOf))],
    ['keys for JWT-SVIDs beside it', file([one, jwt, { ...jwt, kid: 'b' }])],
    ['a use that nobody knows', file([one, { ...key, use: 'ssh-svid' }])],
    ['members that nobody knows', file([but({ note: 'ours' })], { issued_by: 'us' })],
    ['neither sequence nor hint', file([one], {})],
    ['the greatest sequence', numbered('18446744073709551615')],
    ['a sequence that is null', numbered('null')],
    ['a root that is not valid yet beside one that is', file([one, jwkOf(later)])],
    [
      'indented, as SPIRE prints it',
      text(
        `{\n    "keys": [\n        ${JSON.stringify(one)}\n    ],\n    "spiffe_sequence": 4\n}\n`,
      ),
    ],
  ];
  const bad: readonly [string, MeshSetCase['files'], boolean, boolean, ...string[]][] = [
    ['no keys at all', text('{"spiffe_sequence":1}'), false, false, 'error BUNDLE_FORM'],
    [
      'keys that are no list',
      text('{"spiffe_sequence":1,"keys":{}}'),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    ['an empty list of keys', file([]), true, true, 'warning BUNDLE_FORM'],
    ['keys for JWT-SVIDs alone', file([jwt]), true, true, 'warning BUNDLE_FORM'],
    [
      'two certificates in one key',
      file([but({ x5c: [...(x5c as string[]), ...(x5c as string[])] })]),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    ['a key without its certificate', file([{ ...key, use }]), false, false, 'error BUNDLE_FORM'],
    [
      'a certificate that is no text',
      file([but({ x5c: [1] })]),
      false,
      false,
      'error CERT_MALFORMED',
    ],
    [
      'a certificate that is cut',
      file([but({ x5c: [(x5c as string[])[0]?.slice(0, 100)] })]),
      false,
      false,
      'error CERT_MALFORMED',
    ],
    [
      'a certificate in base64 of URLs',
      file([but({ x5c: ['MIIB_-8'] })]),
      false,
      false,
      'error CERT_MALFORMED',
    ],
    [
      'the certificate of another key',
      file([but({ x5c: jwkOf(wide)['x5c'] })]),
      false,
      false,
      'error KEY_MISMATCH',
    ],
    [
      'the members of another key',
      file([{ ...jwkOf(next), n: jwkOf(await make.ca({ key: generateKey('rsa-2048') }))['n'] }]),
      false,
      false,
      'error KEY_MISMATCH',
    ],
    ['a kid', file([but({ kid: 'a' })]), true, true, 'warning BUNDLE_FORM'],
    ['no use', file([one, { ...key, x5c }]), true, false, 'error BUNDLE_FORM'],
    [
      'a use in upper case',
      file([one, but({ use: 'X509-SVID' })]),
      true,
      false,
      'error BUNDLE_FORM',
    ],
    ['no kty', file([but({ kty: undefined })]), false, false, 'error BUNDLE_FORM'],
    [
      'a kind of key that nobody knows',
      file([one, { ...jwkOf(ed), kty: 'AKP' }]),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    [
      'a curve that nobody knows',
      file([one, { ...jwkOf(wide), crv: 'secp256k1' }]),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    [
      'a coordinate that is too short',
      file([but({ x: 'AQ' })]),
      false,
      false,
      'error KEY_MALFORMED',
    ],
    [
      'a point off its curve',
      file([but({ x: Buffer.alloc(32, 1).toString('base64url') })]),
      false,
      false,
      'error KEY_MALFORMED',
    ],
    [
      'a coordinate with padding',
      file([but({ x: `${String(one['x'])}=` })]),
      false,
      false,
      'error KEY_MALFORMED',
    ],
    [
      'a coordinate that is missing',
      file([but({ y: undefined })]),
      false,
      false,
      'error KEY_MALFORMED',
    ],
    ['a member that is no text', file([but({ kid: 5 })]), false, false, 'error BUNDLE_FORM'],
    ['the private key', file([but(privateKey)]), true, false, 'error TRUST_HOLDS_KEY'],
    [
      'a key for JWT-SVIDs without a kid',
      file([one, { ...jwt, kid: undefined }]),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    ['one kid twice', file([one, jwt, jwt]), true, false, 'error BUNDLE_FORM'],
    ['one root twice', file([one, one]), true, true, 'warning BUNDLE_FORM'],
    ['a leaf', file([one, jwkOf(end)]), true, false, 'error NOT_A_CA'],
    ['a CA that may not sign', file([one, jwkOf(mute)]), true, false, 'error KEY_USAGE'],
    ['a CA that is no root', file([jwkOf(middle)]), true, true, 'warning TRUST_WITHOUT_ROOT'],
    ['a root with a path in its ID', file([jwkOf(pathed)]), true, false, 'error SPIFFE_BAD_ID'],
    [
      'a root of another trust domain',
      file([one, jwkOf(stranger)]),
      true,
      false,
      'error SPIFFE_MISMATCH',
    ],
    ['a root that has ended', file([jwkOf(ended)]), true, false, 'error EXPIRED'],
    [
      'a root that has ended beside one that is valid',
      file([one, jwkOf(ended)]),
      true,
      true,
      'warning EXPIRED',
    ],
    ['a root that is not valid yet', file([jwkOf(later)]), true, false, 'error NOT_YET_VALID'],
    ['a negative sequence', numbered('-1'), false, false, 'error BUNDLE_FORM'],
    ['a sequence with a fraction', numbered('1.0'), false, false, 'error BUNDLE_FORM'],
    ['a sequence with an exponent', numbered('1e3'), false, false, 'error BUNDLE_FORM'],
    ['a sequence in quotes', numbered('"1"'), false, false, 'error BUNDLE_FORM'],
    [
      'a sequence beyond 64 bits',
      numbered('18446744073709551616'),
      false,
      false,
      'error BUNDLE_FORM',
    ],
    ['a negative hint', numbered('1', '-1'), true, false, 'error BUNDLE_FORM'],
    ['a hint with a fraction', numbered('1', '0.5'), false, false, 'error BUNDLE_FORM'],
  ];
  return [
    ...good.map(([title, files]) => ({ title, files, says: [], loads: true, keeps: true })),
    ...bad.map(([title, files, loads, keeps, ...says]) => ({ title, files, loads, keeps, says })),
  ];
}
