import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeKey, keyObjectOf, parsePublicKey } from '../../src/crypto/key.ts';
import * as der from '../../src/asn1/writer.ts';
import { fromBase64, fromHex, toHex } from '../../src/base/bytes.ts';
import { thrown } from '../support/thrown.ts';
import { OPENSSL_SIGNATURES } from './openssl-signatures.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;
const spkiOf = (name: string) =>
  fromBase64(OPENSSL_SIGNATURES.find((known) => known.name === name)?.spki ?? '') as Uint8Array;

// RFC 6979 A.2.5
const X = '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6';
const Y = '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299';
const P256 = '3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107';

describe('parsePublicKey', () => {
  it('EC P-256', () => {
    const spki = hex(`3059 ${P256} 034200 04 ${X}${Y}`);
    expect(parsePublicKey(spki)).toEqual({
      spki,
      kind: 'ec',
      curve: 'P-256',
      bits: 256,
      keyBits: hex(`04${X}${Y}`),
      type: 'ec-p256',
      algorithmOid: '1.2.840.10045.2.1',
    });
  });

  it('Ed25519 (RFC 8410 §10.1)', () => {
    const spki = fromBase64('MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=');
    const key = parsePublicKey(spki as Uint8Array);
    expect(key).toMatchObject({ kind: 'ed25519', type: 'ed25519', algorithmOid: '1.3.101.112' });
    expect(toHex(key.keyBits)).toBe(
      '19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1',
    );
  });

  it.each([
    ['rsa-sha256', 'RSA 2048 bits', { kind: 'rsa', bits: 2048, type: 'rsa-2048' }],
    ['rsa-pss-sha384', 'RSA-PSS 2048 bits', { kind: 'rsa', bits: 2048 }],
    ['ecdsa-sha384', 'ECDSA P-384', { kind: 'ec', curve: 'P-384', bits: 384, type: 'ec-p384' }],
    ['ecdsa-sha256', 'ECDSA secp256k1', { kind: 'ec', curve: 'secp256k1', bits: 256 }],
    ['dsa-sha256', 'DSA', { kind: 'dsa' }],
  ] as const)('the key of %s, as OpenSSL writes it, is %s', (name, description, expected) => {
    const key = parsePublicKey(spkiOf(name));
    expect(describeKey(key)).toBe(description);
    const { spki, keyBits, algorithmOid, ...rest } = key;
    expect(rest).toEqual(expected);
    expect(spki.length).toBeGreaterThan(keyBits.length);
    expect(algorithmOid).not.toBe('');
  });

  it('other algorithms, for showing and matching', () => {
    for (const [type, description] of [
      ['ed448', 'Ed448'],
      ['x25519', 'X25519'],
    ] as const) {
      const spki = generateKeyPairSync(type as 'x25519').publicKey.export({
        type: 'spki',
        format: 'der',
      });
      const key = parsePublicKey(spki);
      expect(key.kind).toBe('other');
      expect(describeKey(key)).toBe(description);
    }
  });

  const rsa = (modulus: string, exponent: string) =>
    der.sequence(
      hex('300d 0609 2a864886f70d010101 0500'),
      der.bitString(
        der.sequence(der.integerFromContent(hex(modulus)), der.integerFromContent(hex(exponent))),
      ),
    );
  const ec = (identifier: string, point: string) =>
    der.sequence(hex(identifier), der.bitString(hex(point)));
  const whole = `04${X}${Y}`;

  const malformed: readonly [why: string, spki: Uint8Array][] = [
    ['an empty input', hex('')],
    ['a point one byte short', ec(P256, whole.slice(0, -2))],
    ['a point one byte long', ec(P256, `${whole}00`)],
    ['a point of P-384 on P-256', ec(P256, `04${'11'.repeat(96)}`)],
    ['a hybrid point', ec(P256, `06${whole.slice(2)}`)],
    ['the point at infinity', ec(P256, '00')],
    ['no point at all', ec(P256, '')],
    ['a curve without its OID (implicitCurve)', ec('300b 0607 2a8648ce3d0201 0500', whole)],
    ['EC without parameters', ec('3009 0607 2a8648ce3d0201', whole)],
    ['something after the curve', ec('3015 0607 2a8648ce3d0201 0608 2a8648ce3d030107 0500', whole)],
    ['unused bits in the key', hex(`3059 ${P256} 034201 04 ${X}${Y.slice(0, -2)}98`)],
    [
      'something after the key',
      der.sequence(hex(P256), der.bitString(hex(whole)), der.nullValue()),
    ],
    ['something after the whole', hex(`3059 ${P256} 034200 04 ${X}${Y} 00`)],
    ['a length in long form', hex(`308159 ${P256} 034200 04 ${X}${Y}`)],
    ['Ed25519 of 31 bytes', ec('3005 0603 2b6570', '11'.repeat(31))],
    ['Ed25519 with NULL (RFC 8410 §3)', ec('3007 0603 2b6570 0500', '11'.repeat(32))],
    ['a negative modulus', rsa('8001', '03')],
    ['a modulus of zero', rsa('00', '03')],
    ['an even exponent', rsa('7fffff', '02')],
    ['an exponent of 1', rsa('7fffff', '01')],
    ['a negative exponent', rsa('7fffff', 'ff')],
    ['a modulus with a zero too many', rsa('007fff', '03')],
    [
      'RSA without NULL (RFC 3279 §2.3.1)',
      ec('300b 0609 2a864886f70d010101', '3008020300ffff020103'),
    ],
    ['RSA with a third number', ec('300d 0609 2a864886f70d010101 0500', '3009020103020103020103')],
  ];
  it.each(malformed)('refuses %s', (_why, spki) => {
    expect(thrown(() => parsePublicKey(spki)).code).toBe('KEY_MALFORMED');
  });

  it('refuses a curve spelt out (CVE-2020-0601) and compressed points, with what to type', () => {
    const explicit = ec('300e 0607 2a8648ce3d0201 3003 020101', whole);
    expect(thrown(() => parsePublicKey(explicit))).toMatchObject({
      code: 'KEY_UNSUPPORTED',
      hint: expect.stringContaining('named_curve') as string,
    });
    expect(thrown(() => parsePublicKey(ec(P256, `03${X}`)))).toMatchObject({
      code: 'KEY_UNSUPPORTED',
      hint: expect.stringContaining('-conv_form uncompressed') as string,
    });
  });

  it('reads an RSA key of any length', () => {
    expect(parsePublicKey(rsa('0f', '03'))).toMatchObject({ kind: 'rsa', bits: 4 });
    const long = parsePublicKey(rsa(`00${'ff'.repeat(4096)}`, '010001'));
    expect(long).toMatchObject({ kind: 'rsa', bits: 32768 });
    expect(long.type).toBeUndefined();
  });
});

describe('keyObjectOf', () => {
  it.each(OPENSSL_SIGNATURES)('builds the key of $name', ({ spki }) => {
    const bytes = fromBase64(spki) as Uint8Array;
    const exported = keyObjectOf(parsePublicKey(bytes)).export({ type: 'spki', format: 'der' });
    expect(exported.toString('hex')).toBe(toHex(bytes));
  });

  it('builds the same bytes once', () => {
    const bytes = spkiOf('ecdsa-sha384');
    expect(keyObjectOf(parsePublicKey(bytes))).toBe(keyObjectOf(parsePublicKey(bytes.slice())));
  });

  it('refuses a point off its curve', () => {
    const off = parsePublicKey(hex(`3059 ${P256} 034200 04 ${X}${X}`));
    expect(thrown(() => keyObjectOf(off)).code).toBe('KEY_MALFORMED');
  });
});
