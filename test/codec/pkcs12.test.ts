import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../src/base/bytes.ts';
import * as der from '../../src/asn1/writer.ts';
import { readPkcs12 } from '../../src/codec/pkcs12.ts';
import { readStoreParts } from '../../src/codec/pkcs12-parts.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { pkcs8Of } from '../../src/crypto/key.ts';
import { bmpPassword, derivePkcs12, PURPOSE } from '../../src/crypto/pkcs12-kdf.ts';
import { RFC9579_PASSWORD, rfc9579 } from './rfc9579.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

const DATA = der.oid('1.2.840.113549.1.7.1');
const safe = (...bags: Uint8Array[]) => data(der.sequence(...bags));
const data = (octets: Uint8Array) => der.sequence(DATA, der.explicit(0, der.octetString(octets)));
const pfx = (content: Uint8Array, ...mac: Uint8Array[]) =>
  der.sequence(der.integer(3), data(content), ...mac);
const bag = (type: number, value: Uint8Array, ...attributes: Uint8Array[]) =>
  der.sequence(
    der.oid(`1.2.840.113549.1.12.10.1.${type}`),
    der.explicit(0, value),
    ...(attributes.length > 0 ? [der.setOf(...attributes)] : []),
  );
const key = generateKey('ec-p256');
const keyBag = (...attributes: Uint8Array[]) => bag(1, pkcs8Of(key), ...attributes);
const store = (...bags: Uint8Array[]) => pfx(der.sequence(safe(...bags)));

/** A MAC of SHA-256 over a content. */
function macOf(content: Uint8Array, password: Uint8Array, iterations: number): Uint8Array {
  const salt = toUtf8('salt');
  const kdf = { hash: 'sha256', salt, iterations: Math.max(1, Math.min(iterations, 10)) } as const;
  const digest = createHmac('sha256', derivePkcs12(kdf, password, PURPOSE.mac, 32))
    .update(content)
    .digest();
  const algorithm = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nullValue());
  return der.sequence(
    der.sequence(algorithm, der.octetString(digest)),
    der.octetString(salt),
    der.integer(iterations),
  );
}

describe('PBMAC1, as RFC 9579 has it', () => {
  it.each([
    ['A.1', 'PBMAC1 (HMAC-SHA256, PBKDF2-HMAC-SHA256)'],
    ['A.2', 'PBMAC1 (HMAC-SHA256, PBKDF2-HMAC-SHA512)'],
    ['A.3', 'PBMAC1 (HMAC-SHA512, PBKDF2-HMAC-SHA512)'],
  ])('%s is read', (section, algorithm) => {
    const { mac, entries } = readPkcs12(rfc9579(section), () => RFC9579_PASSWORD);
    expect(mac).toEqual({ algorithm, iterations: 2048 });
    expect(entries.map(({ kind }) => kind)).toEqual(['certificate', 'key']);
  });

  it.each([
    ['A.4', 'PASSPHRASE_WRONG'],
    ['A.5', 'PASSPHRASE_WRONG'],
    ['A.6', 'KEY_MALFORMED'],
  ])('%s is refused: %s', (section, wanted) => {
    expect(() => readPkcs12(rfc9579(section), () => RFC9579_PASSWORD)).toThrow(code(wanted));
  });
});

describe('a key store', () => {
  it('that lies open is read without a passphrase, and none is asked for', () => {
    const friendly = der.sequence(
      der.oid('1.2.840.113549.1.9.20'),
      der.setOf(der.element(0x1e, new Uint8Array(Buffer.from('ä😀', 'utf16le').swap16()))),
    );
    const { entries, mac, encryption } = readPkcs12(store(keyBag(friendly)));
    expect([mac, encryption]).toEqual([undefined, []]);
    const [entry] = entries;
    expect(entry).toMatchObject({ kind: 'key', locked: false, friendlyName: 'ä😀' });
    if (entry?.kind !== 'key') throw new Error('a key');
    expect(entry.decode().publicKey.spki).toEqual(key.publicKey.spki);
  });

  // RFC 7292 B.1: the empty passphrase is two octets, none at all is none
  it.each([
    ['the empty passphrase', bmpPassword(new Uint8Array())],
    ['none', new Uint8Array()],
  ])('under %s is read without one, and with a wrong one', (_, password) => {
    const content = der.sequence(safe(keyBag()));
    const bytes = pfx(content, macOf(content, password, 2));
    for (const source of [undefined, () => undefined, () => '', () => 'wrong'])
      expect(readPkcs12(bytes, source).entries).toHaveLength(1);
  });

  it('that is changed anywhere is not opened', () => {
    const content = der.sequence(safe(keyBag()));
    const bytes = pfx(content, macOf(content, bmpPassword(toUtf8('secret')), 2));
    expect(readPkcs12(bytes, () => 'secret').entries).toHaveLength(1);
    expect(() => readPkcs12(bytes, () => 'Secret')).toThrow(code('PASSPHRASE_WRONG'));
    expect(() => readPkcs12(bytes)).toThrow(code('PASSPHRASE_NEEDED'));
    const at = Buffer.from(bytes).indexOf(Buffer.from(pkcs8Of(key)));
    bytes[at + 60] = (bytes[at + 60] as number) ^ 1;
    expect(() => readPkcs12(bytes, () => 'secret')).toThrow(code('PASSPHRASE_WRONG'));
  });

  it('tells the attributes that matter, and passes over those that are written wrong', () => {
    const attribute = (oid: string, value: Uint8Array) =>
      der.sequence(der.oid(oid), der.setOf(value));
    const wrong = ['1.2.840.113549.1.9.20', '1.2.840.113549.1.9.21'].map((oid) =>
      attribute(oid, der.boolean(true)),
    );
    const trust = attribute('2.16.840.1.113894.746875.1.1', der.oid('2.5.29.37.0'));
    const id = attribute('1.2.840.113549.1.9.21', der.octetString(Uint8Array.of(7)));
    const { entries } = readPkcs12(store(keyBag(...wrong), keyBag(trust, id), keyBag()));
    expect(entries).toMatchObject([
      { friendlyName: undefined, localKeyId: undefined, trusted: false },
      { localKeyId: Uint8Array.of(7), trusted: true },
      { trusted: false },
    ]);
  });

  it('says what else it holds', () => {
    const sdsi = der.sequence(
      der.oid('1.2.840.113549.1.9.22.2'),
      der.explicit(0, der.octetString(new Uint8Array())),
    );
    const inner = bag(6, der.sequence(keyBag(), bag(3, sdsi)));
    const bytes = store(inner, bag(5, der.nullValue()), bag(9, der.nullValue()));
    const { parts, skipped } = readStoreParts(bytes, { source: 's.p12' }, undefined);
    expect(parts.map(({ kind, origin }) => [kind, origin.entry])).toEqual([['key', 'entry 1']]);
    expect(skipped.map(({ what }) => what)).toEqual([
      'a certificate or CRL of type 1.2.840.113549.1.9.22.2',
      'a secret',
      'a bag of type 1.2.840.113549.1.12.10.1.9',
    ]);
  });

  it('reads the same in BER, in pieces of any size', () => {
    const content = der.sequence(safe(keyBag()));
    const pieces = Array.from(content, (octet) => Uint8Array.of(4, 1, octet));
    const inPieces = Uint8Array.of(0x24, 0x80, ...pieces.flatMap((piece) => [...piece]), 0, 0);
    const info = [...DATA, 0xa0, 0x80, ...inPieces, 0, 0];
    const mac = macOf(content, bmpPassword(toUtf8('secret')), 2);
    const bytes = Uint8Array.of(0x30, 0x80, 2, 1, 3, 0x30, 0x80, ...info, 0, 0, ...mac, 0, 0);
    expect(readPkcs12(bytes, () => 'secret').entries).toHaveLength(1);
  });

  it.each([
    ['signed', '1.2.840.113549.1.7.2', 'is signed'],
    ['encrypted to a key', '1.2.840.113549.1.7.3', 'is encrypted to a key'],
  ])('%s is refused', (_, type, message) => {
    const other = der.sequence(der.oid(type), der.explicit(0, der.nullValue()));
    const whole = der.sequence(der.integer(3), other);
    const bytes = type.endsWith('2') ? whole : pfx(der.sequence(other));
    expect(() => readPkcs12(bytes)).toThrow(code('KEY_UNSUPPORTED'));
    expect(() => readPkcs12(bytes)).toThrow(message);
  });

  it.each([
    ['of another version', der.sequence(der.integer(4), data(der.sequence()))],
    ['with something behind it', Uint8Array.of(...store(), 0x0a)],
    ['with a MAC of no round', pfx(der.sequence(), macOf(der.sequence(), new Uint8Array(), 0))],
    ['that is no sequence inside', pfx(Uint8Array.of(5, 0))],
    ['with a bag that is none', store(der.integer(1))],
  ])('%s is malformed', (_, bytes) => {
    expect(() => readPkcs12(bytes)).toThrow(code('KEY_MALFORMED'));
    expect(() => readPkcs12(bytes)).toThrow(/^malformed (?:PKCS#12 )?key store: /);
  });

  it('is malformed wherever it is cut off', () => {
    const whole = rfc9579('A.1');
    for (let length = 0; length < whole.length; length += 7)
      expect(() => readPkcs12(whole.subarray(0, length), () => RFC9579_PASSWORD)).toThrow(
        code('KEY_MALFORMED'),
      );
  });
});

describe('a hostile key store', () => {
  it.each([2_000_000_000, 5_000_000])('that asks for %d rounds costs none', (iterations) => {
    const content = der.sequence(safe(keyBag()));
    const bytes = pfx(content, macOf(content, bmpPassword(toUtf8('secret')), iterations));
    expect(() => readPkcs12(bytes, () => 'secret')).toThrow(code('KEY_UNSUPPORTED'));
    expect(() => readPkcs12(bytes, () => 'secret')).toThrow('more rounds of key derivation');
  });

  it('holds no more than a store has', () => {
    const id = Array.from({ length: 10_001 }, () => bag(9, der.nullValue()));
    expect(() => readPkcs12(store(...id))).toThrow(code('KEY_UNSUPPORTED'));
    expect(() => readPkcs12(new Uint8Array(16 * 1024 * 1024 + 1))).toThrow(code('FILE_TOO_LARGE'));
  });

  it('that nests bags in bags is refused', () => {
    let nested = keyBag();
    for (let depth = 0; depth < 12; depth++) nested = bag(6, der.sequence(nested));
    expect(() => readPkcs12(store(nested))).toThrow('nested deeper than 32');
  });

  it('never shows what it holds', () => {
    const secret = 'correct horse battery staple';
    const content = der.sequence(safe(keyBag()));
    const bytes = pfx(content, macOf(content, bmpPassword(toUtf8('other')), 2));
    try {
      readPkcs12(bytes, () => secret);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    }
  });
});
