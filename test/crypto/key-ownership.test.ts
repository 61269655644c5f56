import { describe, expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/algorithms.ts';
import { generateKeyAsync } from '../../src/crypto/generate.ts';
import { pkcs8Of, privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
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
});
