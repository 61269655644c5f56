import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { derOfBer } from '../../src/asn1/ber.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const rewritten = (hex: string) => toHex(derOfBer(bytes(hex)).der);

describe('BER', () => {
  it.each([
    // X.690 §8.1.3: forms of length
    ['a definite length stays', '3003 020105', '3003020105'],
    ['a long form becomes short', '308104 0281 0105', '3003020105'],
    ['leading zeros of a length go', '3084 00000003 020105', '3003020105'],
    ['an indefinite length becomes definite', '3080 020105 0000', '3003020105'],
    ['nested ones too', '3080 a080 3080 0500 0000 0000 0000', '3006a00430020500'],
    ['nothing inside', '3080 0000', '3000'],
    // X.690 §8.7.3: strings in pieces
    ['a string in pieces becomes whole', '2480 0402 aabb 0401 cc 0000', '0403aabbcc'],
    ['pieces in pieces too', '2480 2404 0402 aabb 0401 cc 0000', '0403aabbcc'],
    ['no piece at all', '2480 0000', '0400'],
    ['an implicit string stays constructed', 'a080 0401aa 0401bb 0000', 'a0060401aa0401bb'],
    ['content that looks like BER stays', '0404 30800000', '040430800000'],
  ])('%s', (_, given, expected) => {
    expect(rewritten(given)).toBe(expected);
  });

  it('takes one element and tells how long it was', () => {
    expect(derOfBer(bytes('3080 0500 0000 ffff')).length).toBe(6);
  });

  it.each([
    ['nothing', '', 'unexpected end at byte 0'],
    ['a length that is missing', '30', 'unexpected end at byte 1'],
    ['a length that is cut off', '308201', 'unexpected end at byte 3'],
    ['more announced than there is', '3005 0500', '5 bytes announced, 2 left at byte 1'],
    ['more announced inside than outside has', '3004 0403 aabb cc', 'announced, 2 left'],
    ['no end of contents', '3080 0500', 'unexpected end at byte 4'],
    ['half an end of contents', '3080 0500 00', 'end-of-contents tag at byte 4'],
    ['an end of contents with a length', '3080 0001 00', 'end-of-contents with a length'],
    ['an end of contents within a definite length', '3002 0000', 'end-of-contents tag'],
    ['a primitive of indefinite length', '0480 0000', 'primitive of indefinite length'],
    ['a piece of another type', '2480 020101 0000', 'a piece that is no OCTET STRING'],
    ['another string in pieces', '2c80 0c0141 0000', 'string in pieces that is no OCTET STRING'],
    ['a long tag', '1f8101 00', 'tag number above 30'],
    ['a length over 32 bits', '3085 0000000001 05', 'length over 32 bits'],
  ])('refuses %s', (_, given, message) => {
    expect(() => derOfBer(bytes(given))).toThrow(
      expect.objectContaining({
        code: 'DER_MALFORMED',
        message: expect.stringContaining(message) as unknown,
      }) as Error,
    );
  });

  it('refuses nesting and numbers that only an attacker has', () => {
    expect(() => derOfBer(bytes('3080'.repeat(100_000)))).toThrow('nested deeper than 32');
    expect(() => derOfBer(bytes('2480'.repeat(40)))).toThrow('nested deeper than 32');
    const many = Buffer.concat([
      bytes('3080'),
      Buffer.alloc(700_000, bytes('0500')),
      bytes('0000'),
    ]);
    expect(() => derOfBer(new Uint8Array(many))).toThrow('more than 300000 elements');
  });
});
