import { describe, expect, it } from 'vitest';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { withInheritedParameters } from '../../src/crypto/inherit.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromBase64, toUtf8 } from '../../src/base/bytes.ts';
import { MESSAGE, OPENSSL_SIGNATURES } from './openssl-signatures.ts';

const byName = (name: string) =>
  OPENSSL_SIGNATURES.find((known) => known.name === name) as (typeof OPENSSL_SIGNATURES)[number];
const base64 = (text: string) => fromBase64(text) as Uint8Array;

describe('withInheritedParameters (RFC 5280 §6.1.4 (e))', () => {
  const whole = parsePublicKey(base64(byName('dsa-sha256').spki));
  const bare = parsePublicKey(
    der.sequence(der.sequence(der.oid('1.2.840.10040.4.1')), der.bitString(whole.keyBits)),
  );
  const signature = base64(byName('dsa-sha256').signature);
  const dsa = signatureAlgorithm('dsa-sha256');

  it('completes a DSA key so that it verifies', () => {
    expect(verifySignature(dsa, bare, toUtf8(MESSAGE), signature)).toBe(false);
    const key = withInheritedParameters(bare, whole);
    expect(verifySignature(dsa, key, toUtf8(MESSAGE), signature)).toBe(true);
    expect(key.spki).toEqual(whole.spki);
  });

  it('leaves keys alone that are complete or of another kind', () => {
    const rsa = parsePublicKey(base64(byName('rsa-sha256').spki));
    expect(withInheritedParameters(whole, bare)).toBe(whole);
    expect(withInheritedParameters(bare, rsa)).toBe(bare);
    expect(withInheritedParameters(rsa, whole)).toBe(rsa);
  });
});
