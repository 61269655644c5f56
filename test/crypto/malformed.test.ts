import { describe, expect, it } from 'vitest';
import { readSignatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { keyObjectOf, parsePublicKey, pkcs8Of, privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import { MtlsError } from '../../src/base/errors.ts';
import { fromBase64, toUtf8 } from '../../src/base/bytes.ts';
import { MESSAGE, OPENSSL_SIGNATURES } from './openssl-signatures.ts';

// Every byte changed in four ways, every cut: an answer or one of our errors, nothing else.
function* damaged(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (const change of [0x01, 0x20, 0x80, 0xff]) {
      const copy = bytes.slice();
      copy[at] = (copy[at] as number) ^ change;
      yield copy;
    }
    yield bytes.slice(0, at);
  }
}

function errorsOf(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): Set<string> {
  const codes = new Set<string>();
  for (const input of damaged(bytes)) {
    try {
      read(input);
    } catch (error) {
      codes.add(error instanceof MtlsError ? error.code : String(error));
    }
  }
  return codes;
}

const KEY_ERRORS = ['KEY_MALFORMED', 'KEY_UNSUPPORTED'];
const spkis = [...new Set(OPENSSL_SIGNATURES.map(({ spki }) => spki))];

describe('damaged input', () => {
  it.each(spkis)('public key %#', (spki) => {
    const codes = errorsOf(fromBase64(spki) as Uint8Array, (bytes) =>
      keyObjectOf(parsePublicKey(bytes)),
    );
    expect(codes).toContain('KEY_MALFORMED');
    for (const code of codes) expect(KEY_ERRORS).toContain(code);
  });

  it.each(['ec-p256', 'ed25519', 'rsa-2048'] as const)('private key %s', (type) => {
    const codes = errorsOf(pkcs8Of(generateKey(type)), (bytes) => {
      const key = privateKeyFromPkcs8(bytes);
      return key.keyObject;
    });
    expect(codes).toContain('KEY_MALFORMED');
    for (const code of codes) expect(KEY_ERRORS).toContain(code);
  });

  it.each(OPENSSL_SIGNATURES)('signature and algorithm of $name', (known) => {
    const [identifier, spki, signature] = [known.identifier, known.spki, known.signature].map(
      (text) => fromBase64(text) as Uint8Array,
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const algorithm = readSignatureAlgorithm(identifier);
    const key = parsePublicKey(spki);
    const message = toUtf8(MESSAGE);
    for (const input of damaged(signature))
      expect(algorithm && verifySignature(algorithm, key, message, input)).toBe(false);
    for (const input of damaged(identifier)) {
      const read = readSignatureAlgorithm(input);
      if (read) expect(verifySignature(read, key, message, signature)).toBe(false);
    }
  });
});
