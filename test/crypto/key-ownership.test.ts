import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { generateKeyAsync } from '../../src/crypto/generate.ts';
import {
  keepForSigning,
  pkcs8Of,
  privateKeyFromPkcs1,
  privateKeyFromPkcs8,
  privateKeyFromSec1,
} from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { verifySignature } from '../../src/crypto/verify.ts';

describe('a private key owns its bytes', () => {
  it.each(KEY_TYPES)('%s still signs after the bytes it was read from are wiped', async (type) => {
    const bytes = Uint8Array.from(pkcs8Of(await generateKeyAsync(type)));
    const key = privateKeyFromPkcs8(bytes);
    bytes.fill(0);
    const signer = signerOf(key);
    const message = new Uint8Array([1, 2, 3]);
    const signature = signer.sign(message);
    expect(verifySignature(signer.algorithm, key.publicKey, message, signature)).toBe(true);
  });

  it.each(KEY_TYPES)('%s leaves the bytes it was read from as they are', async (type) => {
    const bytes = Buffer.from(pkcs8Of(await generateKeyAsync(type)));
    const before = Buffer.from(bytes);
    privateKeyFromPkcs8(bytes);
    expect(bytes).toEqual(before);
  });

  it('so it does where the encoding is not the one that is kept', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const sec1 = ec.export({ type: 'sec1', format: 'der' });
    // A zero in front of the scalar, as some writers have it
    const padded = Buffer.concat([
      Buffer.from([0x30, (sec1[1] as number) + 1, 0x02, 1, 1, 0x04, 33, 0]),
      sec1.subarray(7),
    ]);
    for (const [bytes, read] of [
      [sec1, privateKeyFromSec1],
      [padded, privateKeyFromSec1],
      [rsa.export({ type: 'pkcs1', format: 'der' }), privateKeyFromPkcs1],
    ] as const) {
      const before = Buffer.from(bytes);
      read(bytes);
      expect(bytes).toEqual(before);
    }
  });
});

describe('a private key that is kept for signing', () => {
  it.each(KEY_TYPES)('%s signs, and holds no bytes', async (type) => {
    const key = await generateKeyAsync(type);
    const held = pkcs8Of(key);
    const made = createPrivateKey({ key: Buffer.from(held), format: 'der', type: 'pkcs8' });
    keepForSigning(key);
    expect(held.every((octet) => octet === 0)).toBe(true);
    expect(() => pkcs8Of(key)).toThrow('a private key that only signs');
    expect(key.keyObject.equals(made)).toBe(true);
    const signer = signerOf(key);
    const message = new Uint8Array([1, 2, 3]);
    const signature = signer.sign(message);
    expect(verifySignature(signer.algorithm, key.publicKey, message, signature)).toBe(true);
  });
});
