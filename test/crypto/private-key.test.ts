import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/crypto/generate.ts';
import {
  pkcs8Of,
  privateKeyFromPkcs1,
  privateKeyFromPkcs8,
  privateKeyFromSec1,
  type PrivateKey,
} from '../../src/crypto/key.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromBase64, fromHex, toHex } from '../../src/base/bytes.ts';
import { thrown } from '../support/thrown.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;
const base64 = (text: string) => fromBase64(text) as Uint8Array;

describe('a private key shows its secret nowhere', () => {
  const scalar = (key: PrivateKey) => toHex(pkcs8Of(key)).slice(72, 136);
  const key = generateKey('ec-p256');
  const secret = scalar(key);
  // The key object is built first: it must not show either.
  const held = { name: 'api', key, object: key.keyObject };

  it('not when inspected, even with all options', () => {
    for (const shown of [
      inspect(key),
      inspect(held, { depth: 10, showHidden: true, getters: true }),
      inspect([key], { customInspect: false, showHidden: true, depth: 10, getters: true }),
    ]) {
      expect(shown).not.toMatch(/pkcs8|302e|3081/i);
      expect(shown.toLowerCase()).not.toContain(secret);
      expect(shown).not.toContain(Buffer.from(secret, 'hex').toString('base64').slice(0, 12));
      expect(shown).not.toContain(Buffer.from(secret, 'hex').join(', ').slice(0, 20));
    }
    expect(inspect(key)).toBe('[private key: ECDSA P-256]');
  });

  it('not as text', () => {
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- that is the slip meant here
    expect(String(key)).toBe('[private key: ECDSA P-256]');
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- as a slip would
    expect(`${key as unknown}`).toBe('[private key: ECDSA P-256]');
  });

  it('and refuses to become JSON', () => {
    expect(() => JSON.stringify(key)).toThrow(/private key/);
    expect(() => JSON.stringify(held)).toThrow(/private key/);
  });

  it('and has no property that holds it', () => {
    expect(Object.keys(key)).toEqual(['publicKey']);
    expect(Object.getOwnPropertyNames(key)).toEqual(['publicKey']);
    expect(Object.keys({ ...key })).toEqual(['publicKey']);
  });
});

// RFC 8410 §10.3
const ED25519 = 'MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC';
const ED25519_WITH_ALL =
  'MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC' +
  'oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB' +
  'Z9w7lshQhqowtrbLDFw4rXAxZuE=';
const ED25519_PUBLIC = '19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1';

describe('Ed25519 (RFC 8410 §10.3)', () => {
  it('computes the public key, with or without one inside', () => {
    for (const text of [ED25519, ED25519_WITH_ALL]) {
      const key = privateKeyFromPkcs8(base64(text));
      expect(toHex(key.publicKey.keyBits)).toBe(ED25519_PUBLIC);
      expect(pkcs8Of(key)).toEqual(base64(ED25519));
    }
  });

  it('refuses a public key inside that is another', () => {
    const bytes = base64(ED25519_WITH_ALL);
    bytes[bytes.length - 1] = 0;
    const error = thrown(() => privateKeyFromPkcs8(bytes));
    expect(error.code).toBe('KEY_MALFORMED');
    expect(error.message).toContain('another private key');
  });

  it('signs with it', () => {
    const key = privateKeyFromPkcs8(base64(ED25519));
    const other = createPrivateKey({
      key: Buffer.from(base64(ED25519)),
      format: 'der',
      type: 'pkcs8',
    });
    const message = Buffer.from('message');
    expect(sign(null, message, key.keyObject)).toEqual(sign(null, message, other));
  });
});

// RFC 6979 A.2.5
const D = 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721';
const Q =
  '0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299';
const P256 = der.oid('1.2.840.10045.3.1.7');
const P384 = der.oid('1.3.132.0.34');
const EC = der.oid('1.2.840.10045.2.1');

function ecPrivateKey(scalar: string, curve?: Uint8Array, point?: string): Uint8Array {
  return der.sequence(
    der.integer(1),
    der.octetString(hex(scalar)),
    ...(curve ? [der.explicit(0, curve)] : []),
    ...(point ? [der.explicit(1, der.bitString(hex(point)))] : []),
  );
}
function pkcs8(curve: Uint8Array, secret: Uint8Array): Uint8Array {
  return der.sequence(der.integer(0), der.sequence(EC, curve), der.octetString(secret));
}

describe('EC (RFC 6979 A.2.5)', () => {
  const forms: readonly [why: string, read: () => PrivateKey][] = [
    ['SEC1', () => privateKeyFromSec1(ecPrivateKey(D, P256, Q))],
    ['SEC1 without a public key', () => privateKeyFromSec1(ecPrivateKey(D, P256))],
    [
      'SEC1 with a compressed one',
      () => privateKeyFromSec1(ecPrivateKey(D, P256, `03${Q.slice(2, 66)}`)),
    ],
    ['a scalar with a zero in front', () => privateKeyFromSec1(ecPrivateKey(`00${D}`, P256, Q))],
    ['PKCS#8', () => privateKeyFromPkcs8(pkcs8(P256, ecPrivateKey(D, undefined, Q)))],
    [
      'PKCS#8 with the curve twice',
      () => privateKeyFromPkcs8(pkcs8(P256, ecPrivateKey(D, P256, Q))),
    ],
    ['PKCS#8 with the scalar alone', () => privateKeyFromPkcs8(pkcs8(P256, ecPrivateKey(D)))],
  ];
  it.each(forms)('%s', (_why, read) => {
    const key = read();
    expect(toHex(key.publicKey.keyBits).toUpperCase()).toBe(Q);
    expect(pkcs8Of(key)).toEqual(pkcs8(P256, ecPrivateKey(D, undefined, Q)));
  });

  it('pads a scalar that was written short', () => {
    const key = privateKeyFromSec1(ecPrivateKey('01', P256));
    // The generator itself, SEC 2 §2.4.2
    expect(toHex(key.publicKey.keyBits.subarray(1, 33))).toBe(
      '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
    );
    expect(toHex(pkcs8Of(key)).slice(72, 136)).toBe('01'.padStart(64, '0'));
  });

  const n = 'FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551';
  const refused: readonly [why: string, code: string, read: () => PrivateKey][] = [
    [
      'a public key of another',
      'KEY_MALFORMED',
      () => privateKeyFromSec1(ecPrivateKey(D, P256, `${Q.slice(0, -2)}98`)),
    ],
    [
      'a scalar of zero',
      'KEY_MALFORMED',
      () => privateKeyFromSec1(ecPrivateKey('00'.repeat(32), P256)),
    ],
    [
      'a scalar as large as the order',
      'KEY_MALFORMED',
      () => privateKeyFromSec1(ecPrivateKey(n, P256)),
    ],
    [
      'a scalar longer than the curve',
      'KEY_MALFORMED',
      () => privateKeyFromSec1(ecPrivateKey(`01${D}`, P256)),
    ],
    ['no curve', 'KEY_MALFORMED', () => privateKeyFromSec1(ecPrivateKey(D))],
    ['two curves', 'KEY_MALFORMED', () => privateKeyFromPkcs8(pkcs8(P256, ecPrivateKey(D, P384)))],
    [
      'version 2',
      'KEY_MALFORMED',
      () =>
        privateKeyFromSec1(
          der.sequence(der.integer(2), der.octetString(hex(D)), der.explicit(0, P256)),
        ),
    ],
    [
      'a curve spelt out',
      'KEY_UNSUPPORTED',
      () => privateKeyFromSec1(ecPrivateKey(D, der.sequence(der.integer(1)))),
    ],
    [
      'an unknown curve',
      'KEY_UNSUPPORTED',
      () => privateKeyFromSec1(ecPrivateKey(D, der.oid('1.2.3.4'))),
    ],
    [
      'something after it',
      'KEY_MALFORMED',
      () => privateKeyFromSec1(new Uint8Array([...ecPrivateKey(D, P256), 0])),
    ],
  ];
  it.each(refused)('refuses %s', (_why, code, read) => {
    const error = thrown(read);
    expect(error.code).toBe(code);
    expect(inspect(error).toUpperCase()).not.toContain(D.slice(0, 16));
  });
});

describe('RSA', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pkcs1 = new Uint8Array(privateKey.export({ type: 'pkcs1', format: 'der' }));
  const numbers = readNumbers(pkcs1);

  it('reads PKCS#1 and PKCS#8, whatever the length', () => {
    const pkcs8 = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
    for (const key of [privateKeyFromPkcs1(pkcs1), privateKeyFromPkcs8(pkcs8)]) {
      expect(key.publicKey).toMatchObject({ kind: 'rsa', bits: 1024 });
      expect(pkcs8Of(key)).toEqual(pkcs8);
    }
  });

  const names = ['n', 'e', 'd', 'p', 'q', 'd mod p-1', 'd mod q-1', '1/q mod p'];
  it.each(names.map((name, index) => [name, index + 1] as const))(
    'refuses another %s: a fault there gives the key away',
    (_name, index) => {
      const changed = numbers.map((value, at) => (at === index ? value + 2n : value));
      const error = thrown(() => privateKeyFromPkcs1(writeNumbers(changed)));
      expect(error.code).toBe('KEY_MALFORMED');
      expect(error.message).toContain('do not belong together');
    },
  );

  it('refuses p = 1, q = n', () => {
    const [version, n, e, d] = numbers as [bigint, bigint, bigint, bigint];
    const trivial = [version, n, e, d, 1n, n, 0n, d % (n - 1n), 0n];
    expect(thrown(() => privateKeyFromPkcs1(writeNumbers(trivial))).code).toBe('KEY_MALFORMED');
  });

  it('refuses more than two primes, and 16,385 bits and more, unread', () => {
    const three = numbers.map((value, at) => (at === 0 ? 1n : value));
    expect(thrown(() => privateKeyFromPkcs1(writeNumbers(three))).code).toBe('KEY_UNSUPPORTED');
    const long = numbers.map((value, at) => (at === 1 ? 1n << 70000n : value));
    expect(thrown(() => privateKeyFromPkcs1(writeNumbers(long))).code).toBe('KEY_UNSUPPORTED');
  });

  it('refuses what is cut, at every byte, without quoting it', () => {
    for (let length = 0; length < pkcs1.length; length += 7) {
      const error = thrown(() => privateKeyFromPkcs1(pkcs1.subarray(0, length)));
      expect(error.code).toBe('KEY_MALFORMED');
      expect(error.message).toMatch(/^malformed private key: not PKCS#1 .*, at byte \d+$/);
      expect(error.cause).toBeUndefined();
    }
  });
});

function readNumbers(pkcs1: Uint8Array): bigint[] {
  const numbers: bigint[] = [];
  for (let at = 4; at < pkcs1.length;) {
    const first = pkcs1[at + 1] as number;
    const size = first < 0x80 ? 0 : first & 0x7f;
    const length = size === 0 ? first : Number(`0x${toHex(pkcs1.subarray(at + 2, at + 2 + size))}`);
    at += 2 + size;
    numbers.push(BigInt(`0x${toHex(pkcs1.subarray(at, at + length))}`));
    at += length;
  }
  return numbers;
}

function writeNumbers(numbers: readonly bigint[]): Uint8Array {
  return der.sequence(
    ...numbers.map((value) => {
      const digits = value.toString(16);
      return der.unsignedInteger(hex(digits.length % 2 ? `0${digits}` : digits));
    }),
  );
}

describe('privateKeyFromPkcs8 refuses', () => {
  const info = (algorithm: Uint8Array, secret: string, version = 0, ...rest: Uint8Array[]) =>
    der.sequence(der.integer(version), algorithm, der.octetString(hex(secret)), ...rest);
  const ed25519 = der.sequence(der.oid('1.3.101.112'));
  const seed = `0420${'42'.repeat(32)}`;
  const refused: readonly [why: string, code: string, bytes: Uint8Array][] = [
    ['version 2', 'KEY_MALFORMED', info(ed25519, seed, 2)],
    ['Ed25519 of 31 bytes', 'KEY_MALFORMED', info(ed25519, `041f${'42'.repeat(31)}`)],
    ['Ed25519 without its inner OCTET STRING', 'KEY_MALFORMED', info(ed25519, '42'.repeat(32))],
    [
      'Ed25519 with parameters',
      'KEY_MALFORMED',
      info(der.sequence(der.oid('1.3.101.112'), der.nullValue()), seed),
    ],
    [
      'a public key under version 0',
      'KEY_MALFORMED',
      info(ed25519, seed, 0, der.implicitPrimitive(1, hex('00'))),
    ],
    ['something at the end', 'KEY_MALFORMED', info(ed25519, seed, 0, der.nullValue())],
    [
      'X25519, which cannot sign',
      'KEY_UNSUPPORTED',
      info(der.sequence(der.oid('1.3.101.110')), seed),
    ],
    ['an unknown algorithm', 'KEY_UNSUPPORTED', info(der.sequence(der.oid('1.2.3')), seed)],
    ['nothing', 'KEY_MALFORMED', hex('')],
  ];
  it.each(refused)('%s', (_why, code, bytes) => {
    expect(thrown(() => privateKeyFromPkcs8(bytes)).code).toBe(code);
  });
});
