import { describe, expect, it } from 'vitest';
import { fromHex, toHex, toUtf8 } from '../../src/base/bytes.ts';
import { bmpPassword, derivePkcs12, PURPOSE } from '../../src/crypto/pkcs12-kdf.ts';

describe('the key derivation of PKCS#12', () => {
  // S. N. Henson's test vectors, which OpenSSL, GnuTLS and Bouncy Castle test themselves with
  it.each([
    ['smeg', '0a58cf64530d823f', 1, 'key', '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
    ['smeg', '0a58cf64530d823f', 1, 'iv', '79993dfe048d3b76'],
    ['smeg', '642b99ab44fb4b1f', 1, 'key', 'f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966'],
    ['smeg', '642b99ab44fb4b1f', 1, 'iv', 'c0a38d64a79bea1d'],
    ['smeg', '3d83c0e4546ac140', 1, 'mac', '8d967d88f6caa9d714800ab3d48051d63f73a312'],
    ['queeg', '05dec959acff72f7', 1000, 'key', 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
    ['queeg', '05dec959acff72f7', 1000, 'iv', '11dedad7758d4860'],
    ['queeg', '1682c0fc5b3f7ec5', 1000, 'key', '483dd6e919d7de2e8e648ba8f862f3fbfbdc2bcb2c02957f'],
    ['queeg', '1682c0fc5b3f7ec5', 1000, 'iv', '9d461d1b00355c50'],
    ['queeg', '263216fcc2fab31c', 1000, 'mac', '5ec4c7a80df652294c3925b6489a7ab857c83476'],
  ] as const)('%s with salt %s, %d rounds, %s', (password, salt, iterations, purpose, expected) => {
    const kdf = { hash: 'sha1', salt: fromHex(salt) ?? new Uint8Array(), iterations } as const;
    const length = expected.length / 2;
    const bmp = bmpPassword(toUtf8(password));
    expect(toHex(derivePkcs12(kdf, bmp, PURPOSE[purpose], length))).toBe(expected);
  });

  it('takes passphrases as UTF-16 with a terminator, and what is no UTF-8 as Latin-1', () => {
    expect(toHex(bmpPassword(toUtf8('ä€😀')))).toBe('00e420acd83dde000000');
    expect(toHex(bmpPassword(Uint8Array.of(0xe4, 0x41)))).toBe('00e400410000');
    expect(toHex(bmpPassword(new Uint8Array()))).toBe('0000');
  });
});
