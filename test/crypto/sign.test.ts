import { describe, expect, it } from 'vitest';
import { verify } from 'node:crypto';
import { generateKey } from '../../src/crypto/generate.ts';
import { keyObjectOf, privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import { fromHex, toHex, toUtf8 } from '../../src/base/bytes.ts';

const message = toUtf8('to be signed');

describe('signerOf', () => {
  it('signs Ed25519 as RFC 8032 §7.1, test 2 has it', () => {
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    const key = privateKeyFromPkcs8(
      fromHex(`302e020100300506032b657004220420${seed}`) as Uint8Array,
    );
    expect(toHex(signerOf(key).sign(fromHex('72') as Uint8Array))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it.each(['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048'] as const)(
    '%s signs what Node and we verify',
    (type) => {
      const key = generateKey(type);
      const signer = signerOf(key);
      const signature = signer.sign(message);
      expect(signer.publicKey).toBe(key.publicKey);
      const { hash } = signer.algorithm;
      expect(verify(hash, message, keyObjectOf(key.publicKey), signature)).toBe(true);
      expect(verifySignature(signer.algorithm, signer.publicKey, message, signature)).toBe(true);
    },
  );
});
