import { describe, expect, it } from 'vitest';
import { DerReader, Tag, enterWhole, readWhole } from '../../src/asn1/reader.ts';
import { MAX_DEPTH } from '../../src/asn1/limits.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', '')) as Uint8Array;

describe('DerReader refuses what is BER but not DER', () => {
  // Clauses of X.690; each input is valid BER or was once accepted by a parser.
  const cases: readonly [why: string, input: string, read: (reader: DerReader) => unknown][] = [
    ['§10.1 indefinite length', '30 80 00 00', (r) => r.next()],
    ['§10.1 long form for a short length', '04 81 01 00', (r) => r.next()],
    ['§10.1 a zero in front of the length', '04 82 00 80' + '00'.repeat(128), (r) => r.next()],
    ['§8.1.2.4 high tag number', '1f 81 00 00', (r) => r.next()],
    ['§8.1.5 end-of-contents', '00 00', (r) => r.next()],
    ['content cut off', '04 05 01 02', (r) => r.next()],
    ['length cut off', '04 82 01', (r) => r.next()],
    ['a length of 2^40', '04 85 01 00 00 00 00', (r) => r.next()],
    ['empty input', '', (r) => r.next()],
    ['§8.2 boolean of two octets', '01 02 ff ff', (r) => r.boolean()],
    ['§11.1 TRUE that is not FF', '01 01 01', (r) => r.boolean()],
    ['§8.3.1 integer without content', '02 00', (r) => r.integerBytes()],
    ['§8.3.2 integer with a zero too many', '02 02 00 7f', (r) => r.integerBytes()],
    ['§8.3.2 negative integer with FF too many', '02 02 ff 80', (r) => r.integerBytes()],
    ['negative where a count is due', '02 01 ff', (r) => r.smallInteger()],
    ['§8.6.2.2 nine unused bits', '03 02 09 00', (r) => r.bitString()],
    ['§11.2.1 unused bits set', '03 02 04 0f', (r) => r.bitString()],
    ['§8.6.2.3 unused bits of nothing', '03 01 01', (r) => r.bitString()],
    ['§11.2.2 named bits that end in zeros', '03 02 00 80', (r) => r.namedBits()],
    ['key bits that are no octets', '03 02 04 f0', (r) => r.bitStringBytes()],
    [
      '§8.8.2 null with content',
      '05 01 00',
      (r) => {
        r.null();
      },
    ],
    ['a primitive SEQUENCE', '10 00', (r) => r.enter(0x10)],
  ];
  it.each(cases)('%s', (_why, input, read) => {
    expect(() => read(new DerReader(hex(input)))).toThrow(/malformed DER/);
  });

  // Readers share the bytes of the outermost input: what follows an element is not its own.
  it.each([
    ['the content', '30 06  30 02 04 02  ab cd', 'at byte 4'],
    ['the octets of the length', '30 06  30 02 04 82  00 80', 'at byte 4'],
    ['the length', '30 05  30 01 04  00 00', 'at byte 4'],
    ['the tag', '30 04  30 00  05 00', 'at byte 4'],
  ])('an element that takes %s from behind its parent', (_what, input, where) => {
    const inner = new DerReader(hex(input)).enter().enter();
    expect(() => inner.next()).toThrow(where);
    expect(() => enterWhole(hex(input)).next().enter().next()).toThrow(where);
  });

  it('sees no tag behind the end of its parent', () => {
    const inner = enterWhole(hex('30 04  30 00  05 00')).enter();
    expect(inner.done).toBe(true);
    expect(inner.peek()).toBeUndefined();
    expect(inner.optional(Tag.Null)).toBeUndefined();
  });

  it('data after the whole', () => {
    expect(() => readWhole(hex('05 00 00'))).toThrow('unexpected data at byte 2');
  });

  it('nesting beyond the bound, without overflowing the stack', () => {
    let bytes = hex('05 00');
    for (let i = 0; i < 100; i++) {
      const length = bytes.length < 128 ? [bytes.length] : [0x81, bytes.length];
      bytes = Uint8Array.from([0x30, ...length, ...bytes]);
    }
    const descend = () => {
      let reader = new DerReader(bytes);
      for (let i = 0; i < 100; i++) reader = reader.enter();
    };
    expect(descend).toThrow(`nested deeper than ${MAX_DEPTH}`);
  });

  it('says where: offsets count from the outermost input', () => {
    const reader = enterWhole(hex('30 08 02 01 05 30 03 01 01 7f'));
    reader.smallInteger();
    expect(() => reader.enter().boolean()).toThrow('at byte 7');
  });
});

describe('DerReader reads', () => {
  it('named bits by number, the first bit being 0 (X.690 §11.2.2; keyCertSign + cRLSign as OpenSSL writes it)', () => {
    expect(new DerReader(hex('03 02 01 06')).namedBits()).toEqual([5, 6]);
  });
  it('decipherOnly, the ninth bit', () => {
    expect(new DerReader(hex('03 03 07 00 80')).namedBits()).toEqual([8]);
  });
  it('an empty list of named bits', () => {
    expect(new DerReader(hex('03 01 00')).namedBits()).toEqual([]);
  });
  it('lengths of one, two and three octets', () => {
    for (const length of [0, 127, 128, 255, 256, 65535, 65536]) {
      const octets = length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0');
      const header = length < 128 ? octets : (0x80 | (octets.length / 2)).toString(16) + octets;
      const found = new DerReader(hex(`04${header}${'ab'.repeat(length)}`)).next(Tag.OctetString);
      expect(found.content.length).toBe(length);
    }
  });
  it('views, not copies', () => {
    const bytes = hex('04 02 ab cd');
    const { content } = new DerReader(bytes).next();
    expect(content.buffer).toBe(bytes.buffer);
    expect(toHex(content)).toBe('abcd');
  });
});
