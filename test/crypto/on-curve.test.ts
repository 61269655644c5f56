import { createECDH, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { isOnCurve } from '../../src/crypto/on-curve.ts';

const made = (namedCurve: string) =>
  parsePublicKey(
    generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' }),
  );

describe.each(['prime256v1', 'secp384r1', 'secp521r1'])('%s', (curve) => {
  it('has the points that OpenSSL makes', () => {
    for (let round = 0; round < 20; round++) expect(isOnCurve(made(curve))).toBe(true);
  });

  it('has no point beside one of them, as OpenSSL says too', () => {
    const key = made(curve);
    for (const at of [1, key.keyBits.length - 1]) {
      const keyBits = key.keyBits.with(at, (key.keyBits[at] as number) ^ 1);
      expect(isOnCurve({ ...key, keyBits })).toBe(false);
      const ecdh = createECDH(curve);
      ecdh.generateKeys();
      expect(() => ecdh.computeSecret(keyBits)).toThrow();
    }
  });

  it('has coordinates below its prime', () => {
    const key = made(curve);
    const keyBits = Uint8Array.from(key.keyBits, (octet, at) => (at === 0 ? octet : 0xff));
    expect(isOnCurve({ ...key, keyBits })).toBe(false);
  });
});

it('a key of another curve is not judged', () => {
  expect(isOnCurve(made('secp256k1'))).toBe(true);
});
