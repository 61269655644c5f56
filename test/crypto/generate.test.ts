import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { generateKey, generateKeyAsync } from '../../src/crypto/generate.ts';
import { pkcs8Of, type PrivateKey } from '../../src/crypto/key.ts';
import { toHex } from '../../src/base/bytes.ts';

// OpenSSL, by way of Node, is the second opinion: it reads our bytes and writes its own.
function reencoded(key: PrivateKey): { readonly pkcs8: string; readonly spki: string } {
  const read = createPrivateKey({ key: Buffer.from(pkcs8Of(key)), format: 'der', type: 'pkcs8' });
  return {
    pkcs8: read.export({ format: 'der', type: 'pkcs8' }).toString('hex'),
    spki: createPublicKey(read).export({ format: 'der', type: 'spki' }).toString('hex'),
  };
}

describe.each(KEY_TYPES)('%s', (type) => {
  it('is of its type, and encoded byte for byte as OpenSSL does', async () => {
    for (const key of [generateKey(type), await generateKeyAsync(type)]) {
      expect(key.publicKey.type).toBe(type);
      expect(toHex(pkcs8Of(key))).toBe(reencoded(key).pkcs8);
      expect(toHex(key.publicKey.spki)).toBe(reencoded(key).spki);
    }
  }, 60_000);

  it('has a key object of the same key', () => {
    const key = generateKey(type);
    const spki = createPublicKey(key.keyObject).export({ format: 'der', type: 'spki' });
    expect(spki.toString('hex')).toBe(toHex(key.publicKey.spki));
    expect(key.keyObject).toBe(key.keyObject);
  }, 60_000);
});

it('keeps scalars at full length when they begin with zeros', () => {
  // One P-256 key in 256 does: among 2,000 they miss all with a chance of 0.0004.
  const lengths = new Set<number>();
  let zeros = 0;
  for (let i = 0; i < 2000; i++) {
    const pkcs8 = pkcs8Of(generateKey('ec-p256'));
    lengths.add(pkcs8.length);
    // RFC 5915: the scalar is the OCTET STRING of 32 after the version, at 36 from the start.
    if (pkcs8[36] === 0) zeros++;
  }
  expect([...lengths]).toEqual([138]);
  expect(zeros).toBeGreaterThan(0);
});
