import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as write from '../../src/asn1/writer.ts';
import { decodeOid, encodeOid } from '../../src/asn1/oid.ts';
import { encodeTime, encodeGeneralizedTime, readTime } from '../../src/asn1/time.ts';
import { DerReader, Tag } from '../../src/asn1/reader.ts';
import { readString } from '../../src/asn1/string.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;

describe('writer', () => {
  // X.690 §8.3, §8.19.5 and Annex A examples, and encodings printed by openssl asn1parse.
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [256, '02020100'],
    [32768, '0203008000'],
    [Number.MAX_SAFE_INTEGER, '02071fffffffffffff'],
  ])('integer %d', (value, expected) => {
    expect(toHex(write.integer(value))).toBe(expected);
  });
  it('unsigned integers lose zeros in front and keep their sign', () => {
    expect(toHex(write.unsignedInteger(hex('0000ff')))).toBe('020200ff');
    expect(toHex(write.unsignedInteger(hex('007f')))).toBe('02017f');
    expect(toHex(write.unsignedInteger(hex('00')))).toBe('020100');
  });
  it('named bits drop trailing zeros', () => {
    expect(toHex(write.namedBits([5, 6]))).toBe('03020106');
    expect(toHex(write.namedBits([8]))).toBe('0303070080');
    expect(toHex(write.namedBits([]))).toBe('030100');
  });
  it('SET OF is ordered', () => {
    expect(toHex(write.setOf(hex('020105'), hex('020101'), hex('0101ff')))).toBe(
      '31090101ff020101020105',
    );
  });
  it('long content', () => {
    expect(toHex(write.octetString(new Uint8Array(200))).slice(0, 6)).toBe('0481c8');
    expect(toHex(write.octetString(new Uint8Array(70000))).slice(0, 10)).toBe('0483011170');
  });
});

describe('object identifiers', () => {
  it.each([
    ['2.5.29.17', '551d11'],
    ['1.2.840.113549.1.1.11', '2a864886f70d01010b'],
    ['1.2.840.10045.3.1.7', '2a8648ce3d030107'],
    ['2.999.3', '883703'], // X.690 §8.19.5
    ['2.25.329800735698586629295641978511506172918', '6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776'],
  ])('%s', (dotted, expected) => {
    expect(toHex(encodeOid(dotted))).toBe(expected);
    expect(decodeOid(hex(expected))).toBe(dotted);
  });
  it.each([
    ['', 'is empty'],
    ['8001', 'is not in its shortest form'],
    ['5581', 'is cut off'],
    ['55' + '01'.repeat(200), 'is too long'],
  ])('refuses %s', (input, why) => {
    expect(() => decodeOid(hex(input))).toThrow(why);
  });
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2),
        fc.nat(39),
        fc.array(fc.bigInt(0n, 2n ** 64n), { maxLength: 8 }),
        (first, second, rest) => {
          const dotted = [first, second, ...rest].join('.');
          expect(decodeOid(encodeOid(dotted))).toBe(dotted);
        },
      ),
    );
  });
});

describe('time', () => {
  const time = (text: string, tag: number) =>
    readTime(new DerReader(write.element(tag, Buffer.from(text))));
  it('UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5)', () => {
    expect(toHex(encodeTime(new Date('2049-12-31T23:59:59Z')))).toBe(
      '170d' + Buffer.from('491231235959Z').toString('hex'),
    );
    expect(toHex(encodeTime(new Date('2050-01-01T00:00:00Z')))).toBe(
      '180f' + Buffer.from('20500101000000Z').toString('hex'),
    );
    expect(toHex(encodeTime(new Date('1949-12-31T23:59:59Z')))).toBe(
      '180f' + Buffer.from('19491231235959Z').toString('hex'),
    );
  });
  it('two digits of a year count from 1950 to 2049', () => {
    expect(time('500101000000Z', Tag.UtcTime).toISOString()).toBe('1950-01-01T00:00:00.000Z');
    expect(time('491231235959Z', Tag.UtcTime).toISOString()).toBe('2049-12-31T23:59:59.000Z');
  });
  it.each([
    ['2601010000Z', Tag.UtcTime, 'no seconds'],
    ['260101000000+0000', Tag.UtcTime, 'an offset'],
    ['260230000000Z', Tag.UtcTime, '30 February'],
    ['261301000000Z', Tag.UtcTime, 'month 13'],
    ['260101240000Z', Tag.UtcTime, 'hour 24'],
    ['260101000060Z', Tag.UtcTime, 'a leap second'],
    ['2601010000 0Z', Tag.UtcTime, 'a space'],
    ['260100000000Z', Tag.UtcTime, 'day 0'],
    ['260001000000Z', Tag.UtcTime, 'month 0'],
    ['19000229000000Z', Tag.GeneralizedTime, 'a leap day of a century'],
    ['20260101000000.5Z', Tag.GeneralizedTime, 'a fraction'],
    ['20260101000000', Tag.GeneralizedTime, 'no Z'],
  ] as [string, number, string][])('refuses %s: %s', (text, tag) => {
    expect(() => time(text, tag)).toThrow(/malformed DER: time/);
  });
  it.each([
    ['20000229000000Z', '2000-02-29T00:00:00.000Z'],
    ['00000229000000Z', '0000-02-29T00:00:00.000Z'],
    ['00991231235959Z', '0099-12-31T23:59:59.000Z'],
  ])('reads %s of the Gregorian calendar', (text, iso) => {
    expect(time(text, Tag.GeneralizedTime).toISOString()).toBe(iso);
  });
  it('reads back every whole second', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (date) => {
          date.setUTCMilliseconds(0);
          expect(readTime(new DerReader(encodeTime(date))).getTime()).toBe(date.getTime());
          expect(readTime(new DerReader(encodeGeneralizedTime(date))).getTime()).toBe(
            date.getTime(),
          );
        },
      ),
    );
  });
});

describe('strings', () => {
  const text = (tag: number, bytes: string) =>
    readString(new DerReader(write.element(tag, hex(bytes))).next());
  it('reads each type', () => {
    expect(text(Tag.Utf8String, 'c3bc')).toBe('ü');
    expect(text(Tag.BmpString, '00fc0041')).toBe('üA');
    expect(text(Tag.UniversalString, '0001f600')).toBe('😀');
    expect(text(Tag.TeletexString, 'fc')).toBe('ü');
    expect(text(Tag.PrintableString, '4142')).toBe('AB');
  });
  it.each([
    [Tag.Utf8String, 'c0af', 'overlong'],
    [Tag.Utf8String, 'eda080', 'a surrogate'],
    [Tag.BmpString, '00', 'half a unit'],
    [Tag.BmpString, 'd800', 'a surrogate'],
    [Tag.UniversalString, '00110000', 'beyond Unicode'],
    [Tag.PrintableString, '40', 'an at sign'],
    [Tag.NumericString, '41', 'a letter'],
    [Tag.Ia5String, 'e9', 'eight bits'],
  ] as [number, string, string][])('refuses tag %d %s: %s', (tag, bytes) => {
    expect(() => text(tag, bytes)).toThrow(/malformed DER/);
  });
});
