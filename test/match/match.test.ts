import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bitString, oid, sequence } from '../../src/asn1/writer.ts';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { parsePublicKey, type PublicKey } from '../../src/crypto/public-key.ts';
import { matchBySpki, sameKey } from '../../src/match/match.ts';
import { openssl, hasOpenssl } from '../support/openssl.ts';

const MAKE = {
  'ec-p256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ec-p384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'ec-p521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: () => generateKeyPairSync('ed25519'),
  'rsa-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'rsa-4096': () => generateKeyPairSync('rsa', { modulusLength: 4096 }),
} as const;

/** A key twice: as its private half's own, and as certificates and requests hold it. */
function pair(type: keyof typeof MAKE): { readonly own: PublicKey; readonly held: PublicKey } {
  const { privateKey, publicKey } = MAKE[type]();
  return {
    own: privateKeyFromPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' })).publicKey,
    held: parsePublicKey(publicKey.export({ type: 'spki', format: 'der' })),
  };
}

describe('matchBySpki', () => {
  it.each(KEY_TYPES)('joins key and certificate of %s, and nothing else', (type) => {
    const [one, other] = [pair(type), pair(type)];
    const items = [
      { kind: 'certificate', publicKey: one.held, id: 'a.crt' },
      { kind: 'key', publicKey: other.own, id: 'b.key' },
      { kind: 'key', publicKey: one.own, id: 'a.key' },
      { kind: 'request', publicKey: one.held, id: 'a.csr' },
    ] as const;
    const { groups, orphans } = matchBySpki(items);
    expect(groups.map(({ members }) => members.map(({ id }) => id))).toEqual([
      ['a.crt', 'a.key', 'a.csr'],
    ]);
    expect(orphans.map(({ id }) => id)).toEqual(['b.key']);
  });

  it('leaves certificates of one key alone as orphans: the key is what is missing', () => {
    const { held } = pair('ec-p256');
    const items = ['old.crt', 'new.crt'].map((id) => ({
      kind: 'certificate' as const,
      publicKey: held,
      id,
    }));
    const { groups, orphans } = matchBySpki(items);
    expect(groups).toEqual([]);
    expect(orphans).toEqual(items);
  });

  it('of nothing is nothing', () => {
    expect(matchBySpki([])).toEqual({ groups: [], orphans: [] });
  });

  it.skipIf(!hasOpenssl)('names a key as openssl hashes it', () => {
    const pem = openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout']);
    const spki = openssl(['pkey', '-pubout', '-outform', 'DER'], { input: pem });
    const hash = openssl(['dgst', '-sha256', '-r'], { input: spki }).toString().slice(0, 64);
    const publicKey = parsePublicKey(new Uint8Array(spki));
    const items = (['key', 'certificate'] as const).map((kind) => ({ kind, publicKey }));
    expect(matchBySpki(items).groups[0]?.spkiSha256).toBe(hash);
  });
});

describe('sameKey', () => {
  it('takes an RSA key for itself, marked for PSS or not (RFC 4055 §1.2)', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const plain = parsePublicKey(publicKey.export({ type: 'spki', format: 'der' }));
    const pss = parsePublicKey(
      sequence(sequence(oid('1.2.840.113549.1.1.10')), bitString(plain.keyBits)),
    );
    expect(sameKey(plain, pss)).toBe(true);
    expect(sameKey(plain, pair('rsa-2048').held)).toBe(false);
  });

  it('tells curves apart', () => {
    expect(sameKey(pair('ec-p256').held, pair('ec-p384').held)).toBe(false);
  });
});
