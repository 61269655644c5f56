import { describe, expect, it } from 'vitest';
import { deriveKey, deriveTraditional, type Kdf } from '../../src/crypto/kdf.ts';
import { fromHex, toHex, toUtf8 } from '../../src/base/bytes.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { thrown } from '../support/thrown.ts';

const pbkdf2 = (salt: string, iterations: number, hash: 'sha1' | 'sha256' | 'sha512'): Kdf => ({
  kind: 'pbkdf2',
  salt: toUtf8(salt),
  iterations,
  hash,
});
const scrypt = (salt: string, cost: number, blockSize: number, parallelization: number): Kdf => ({
  kind: 'scrypt',
  salt: toUtf8(salt),
  cost,
  blockSize,
  parallelization,
});

describe('deriveKey', () => {
  const cases: readonly [source: string, kdf: Kdf, passphrase: string, expected: string][] = [
    [
      'RFC 6070, 4,096 rounds of SHA-1',
      pbkdf2('salt', 4096, 'sha1'),
      'password',
      '4b007901b765489abead49d926f721d065a429c1',
    ],
    [
      'RFC 7914 §11, PBKDF2-HMAC-SHA-256',
      pbkdf2('NaCl', 80000, 'sha256'),
      'Password',
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56' +
        'a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    ],
    [
      'RFC 7914 §12, scrypt, empty passphrase',
      scrypt('', 16, 1, 1),
      '',
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' +
        'fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      'RFC 7914 §12, scrypt, p = 16',
      scrypt('NaCl', 1024, 8, 16),
      'password',
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
        '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
    [
      'RFC 7914 §12, scrypt, 16 MiB',
      scrypt('SodiumChloride', 16384, 8, 1),
      'pleaseletmein',
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
        'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ],
  ];
  it.each(cases)('%s', (_source, kdf, passphrase, expected) => {
    const length = expected.length / 2;
    expect(toHex(deriveKey(kdf, toUtf8(passphrase), length))).toBe(expected);
  });

  const dear: readonly [why: string, kdf: Kdf][] = [
    ['ten million rounds and one', pbkdf2('salt', 10_000_001, 'sha256')],
    ['2^47 rounds', pbkdf2('salt', 2 ** 47, 'sha512')],
    ['scrypt over 1 GiB, as RFC 7914 §12 has it', scrypt('salt', 1048576, 8, 1)],
    ['scrypt with 2^47 blocks', scrypt('salt', 2 ** 47, 8, 1)],
    ['scrypt with a huge block', scrypt('salt', 2, 2 ** 40, 1)],
    ['scrypt 65,536 times over 16 MiB', scrypt('salt', 16384, 8, 65536)],
  ];
  it.each(dear)('refuses %s without doing it', (_why, kdf) => {
    expect(thrown(() => deriveKey(kdf, toUtf8('x'), 32)).code).toBe('KEY_UNSUPPORTED');
  });

  const senseless: readonly [why: string, kdf: Kdf][] = [
    ['no round at all', pbkdf2('salt', 0, 'sha256')],
    ['scrypt with N = 0', scrypt('salt', 0, 8, 1)],
    ['scrypt with N = 1', scrypt('salt', 1, 8, 1)],
    ['scrypt with N no power of two', scrypt('salt', 1000, 8, 1)],
    ['scrypt with r = 0', scrypt('salt', 16, 0, 1)],
    ['scrypt with p = 0', scrypt('salt', 16, 8, 0)],
  ];
  it.each(senseless)('refuses %s', (_why, kdf) => {
    expect(thrown(() => deriveKey(kdf, toUtf8('x'), 32)).code).toBe('KEY_MALFORMED');
  });
});

describe('deriveTraditional', () => {
  it.skipIf(!hasOpenssl)('is what openssl enc -P prints', () => {
    const said = openssl(
      'enc -aes-256-cbc -md md5 -S 0102030405060708 -pass pass:secret -P'.split(' '),
    ).toString();
    const expected = /key=([0-9A-F]{64})/.exec(said)?.[1]?.toLowerCase();
    const salt = fromHex('0102030405060708') as Uint8Array;
    expect(toHex(deriveTraditional(toUtf8('secret'), salt, 32))).toBe(expected);
  });
});
