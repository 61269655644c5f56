import { describe, expect, it } from 'vitest';
import { digest, keyIdentifier, type HashName } from '../../src/crypto/digest.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import { fromHex, toHex, toUtf8 } from '../../src/base/bytes.ts';

describe('digest', () => {
  // FIPS 180-4, examples for "abc"
  const cases: readonly [HashName, string][] = [
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha384',
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'sha512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ];
  it.each(cases)('%s', (name, expected) => {
    expect(toHex(digest(name, toUtf8('abc')))).toBe(expected);
  });
});

describe('keyIdentifier', () => {
  // A key of openssl ecparam; the SHA-1 form as openssl req -x509 put it into a certificate, the
  // other by openssl sha256 over the point.
  const { keyBits } = parsePublicKey(
    fromHex(
      '3059301306072a8648ce3d020106082a8648ce3d030107034200045e7775e665d8c20e582730c75a63a879dcddb197c17e0ebabb2f006ff9f61c6a213f1b4aea3dede0599a6f88ff0aea994774114438d4a0e2fa1d8a13fd3f15b7',
    ) as Uint8Array,
  );
  it('by RFC 5280 §4.2.1.2 (1)', () => {
    expect(toHex(keyIdentifier(keyBits, 'sha1'))).toBe('d419552e8fdd8493471f7f75eff782604d644d8d');
  });
  it('by RFC 7093 §2 method 1', () => {
    expect(toHex(keyIdentifier(keyBits))).toBe('9e34b30e649de55d73711286a4130f70ffef6c46');
  });
});
