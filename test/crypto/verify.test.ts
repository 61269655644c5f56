import { describe, expect, it } from 'vitest';
import { readSignatureAlgorithm, signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import type { SignatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromBase64, fromHex, toUtf8 } from '../../src/base/bytes.ts';
import { MESSAGE, OPENSSL_SIGNATURES } from './openssl-signatures.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;
const base64 = (text: string) => fromBase64(text) as Uint8Array;
const message = toUtf8(MESSAGE);

// RFC 6979 A.2.5: P-256, SHA-256, "sample"
const p256 = parsePublicKey(
  hex(
    '3059 3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107 034200 04' +
      '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6' +
      '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
  ),
);
const R = 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716';
const S = 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8';
const ecdsa = signatureAlgorithm('ecdsa-sha256');
const verifiesP256 = (signature: string) => verifySignature(ecdsa, p256, message, hex(signature));

describe('ECDSA (RFC 6979 A.2.5)', () => {
  it('accepts the signature of the RFC', () => {
    expect(verifiesP256(`3046 022100${R} 022100${S}`)).toBe(true);
  });

  const refused: readonly [why: string, signature: string][] = [
    ['another message’s r', `3046 022100${S} 022100${S}`],
    ['a length in long form', `308146 022100${R} 022100${S}`],
    ['an inner length in long form', `3047 02812100${R} 022100${S}`],
    ['a zero in front too many', `3047 02220000${R} 022100${S}`],
    ['r negative', `3045 0220${R} 022100${S}`],
    ['s negative', `3045 022100${R} 0220${S}`],
    ['data after the sequence', `3046 022100${R} 022100${S} 00`],
    ['data inside, after s', `3048 022100${R} 022100${S} 0500`],
    ['the raw form r‖s', `${R}${S}`],
    ['r = 0', `3026 020100 022100${S}`],
    ['s = 0', `3026 022100${R} 020100`],
    ['r longer than the curve', `3047 022201${R}00 022100${S}`],
    ['one number', `3023 022100${R}`],
    ['an indefinite length', `3080 022100${R} 022100${S} 0000`],
    ['nothing', ''],
    ['a cut', `3046 022100${R} 022100${S.slice(2)}`],
  ];
  it.each(refused)('refuses %s', (_why, signature) => {
    expect(verifiesP256(signature)).toBe(false);
  });

  it('refuses s + n, the same signature written otherwise', () => {
    const n = BigInt('0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
    const larger = (BigInt(`0x${S}`) + n).toString(16).padStart(66, '0');
    expect(verifiesP256(`3046 022100${R} 0221${larger}`)).toBe(false);
  });
});

describe('Ed25519 (RFC 8032 §7.1, test 2)', () => {
  const key = parsePublicKey(
    hex(
      '302a 3005 0603 2b6570 032100 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    ),
  );
  const signature = hex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
  const ed25519 = signatureAlgorithm('ed25519');
  it('accepts the signature of the RFC', () => {
    expect(verifySignature(ed25519, key, hex('72'), signature)).toBe(true);
  });
  it('refuses another message, and other lengths', () => {
    expect(verifySignature(ed25519, key, hex('73'), signature)).toBe(false);
    expect(verifySignature(ed25519, key, hex('72'), signature.subarray(0, 63))).toBe(false);
    expect(verifySignature(ed25519, key, hex('72'), Buffer.concat([signature, hex('00')]))).toBe(
      false,
    );
  });
});

describe('signatures by OpenSSL', () => {
  const read = OPENSSL_SIGNATURES.map(({ name, identifier, spki, signature }) => ({
    name,
    algorithm: readSignatureAlgorithm(base64(identifier)) as SignatureAlgorithm,
    key: parsePublicKey(base64(spki)),
    signature: base64(signature),
  }));

  it.each(read)('$name verifies', ({ algorithm, key, signature }) => {
    expect(verifySignature(algorithm, key, message, signature)).toBe(true);
  });

  it.each(read)('$name does not verify with one bit changed', ({ algorithm, key, signature }) => {
    const changed = signature.slice();
    changed[signature.length - 3] = (changed[signature.length - 3] as number) ^ 1;
    expect(verifySignature(algorithm, key, message, changed)).toBe(false);
    expect(verifySignature(algorithm, key, toUtf8('simple'), signature)).toBe(false);
  });

  it.each(read)('$name verifies under no other algorithm', ({ name, key, signature }) => {
    for (const other of read)
      if (other.name !== name)
        expect(verifySignature(other.algorithm, key, message, signature)).toBe(false);
  });

  it.each(read)('$name verifies under no other key', ({ algorithm, key, signature }) => {
    for (const other of [...read.map((known) => known.key), p256])
      if (other.spki !== key.spki && !sameBytes(other.spki, key.spki))
        expect(verifySignature(algorithm, other, message, signature)).toBe(false);
  });

  it('a salt of another length than stated does not verify', () => {
    const pss = read.find(({ name }) => name === 'rsa-pss-sha256') as (typeof read)[number];
    const algorithm = { ...pss.algorithm, saltLength: 20 };
    expect(verifySignature(algorithm, pss.key, message, pss.signature)).toBe(false);
  });
});

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe('hostile keys are a false, never an exception', () => {
  const rsaKey = (modulus: string, exponent: string) =>
    parsePublicKey(
      der.sequence(
        hex('300d 0609 2a864886f70d010101 0500'),
        der.bitString(
          der.sequence(der.unsignedInteger(hex(modulus)), der.unsignedInteger(hex(exponent))),
        ),
      ),
    );
  const keys: readonly [why: string, modulusOctets: number, ReturnType<typeof rsaKey>][] = [
    ['RSA of 4 bits', 1, rsaKey('0f', '03')],
    ['RSA of 384 bits', 48, rsaKey('ff'.repeat(48), '010001')],
    ['RSA of 512 bits', 64, rsaKey('ff'.repeat(64), '010001')],
    ['an even modulus', 256, rsaKey(`${'ff'.repeat(255)}fe`, '010001')],
    ['RSA of 65,536 bits', 8192, rsaKey('ff'.repeat(8192), '010001')],
    ['an exponent as long as the modulus', 384, rsaKey('ff'.repeat(384), 'fd'.repeat(384))],
  ];
  it.each(keys)('%s', (_why, octets, key) => {
    for (const name of ['rsa-sha256', 'rsa-sha512'] as const)
      expect(
        verifySignature(signatureAlgorithm(name), key, message, new Uint8Array(octets).fill(1)),
      ).toBe(false);
    const pss = { ...signatureAlgorithm('rsa-sha512'), scheme: 'rsa-pss', saltLength: 64 } as const;
    expect(verifySignature(pss, key, message, new Uint8Array(octets).fill(1))).toBe(false);
  });

  it('a point off its curve', () => {
    const off = parsePublicKey(
      hex(`3059 3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107 034200 04 ${R}${S}`),
    );
    expect(verifySignature(ecdsa, off, message, hex(`3046 022100${R} 022100${S}`))).toBe(false);
  });

  it('DSA without parameters, and with parameters that are none', () => {
    const dsa = signatureAlgorithm('dsa-sha1');
    for (const spki of [
      '3012 3009 0607 2a8648ce380401 030500 02020123',
      '3014 300b 0607 2a8648ce380401 0500 030500 02020123',
    ])
      expect(
        verifySignature(dsa, parsePublicKey(hex(spki)), message, hex('3006020101020101')),
      ).toBe(false);
  });

  it('a curve that nobody has', () => {
    const key = parsePublicKey(
      der.sequence(
        der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.3.4')),
        der.bitString(hex(`04${R}${S}`)),
      ),
    );
    expect(key.curve).toBe('1.2.3.4');
    expect(verifySignature(ecdsa, key, message, hex(`3046 022100${R} 022100${S}`))).toBe(false);
  });
});
