import { describe, expect, it } from 'vitest';
import { randomBytes, randomSerial } from '../../src/crypto/random.ts';
import { toHex } from '../../src/base/bytes.ts';

describe('randomSerial', () => {
  const serials = Array.from({ length: 4000 }, randomSerial);

  it('is 20 octets, positive and in its shortest form (RFC 5280 §4.1.2.2)', () => {
    for (const serial of serials) {
      expect(serial).toHaveLength(20);
      expect(serial[0]).toBeGreaterThan(0);
      expect(serial[0]).toBeLessThan(0x80);
    }
  });

  it('sets every other bit about half of the time', () => {
    for (let bit = 1; bit < 160; bit++) {
      const mask = 0x80 >> (bit % 8);
      const set = serials.filter((serial) => (serial[bit >> 3] as number) & mask).length;
      // Seven standard deviations of a fair coin are 221 off 2,000.
      expect(Math.abs(set - 2000)).toBeLessThan(260);
    }
  });

  it('does not repeat', () => {
    expect(new Set(serials.map(toHex)).size).toBe(serials.length);
  });
});

it('randomBytes answers as many as asked', () => {
  expect(randomBytes(0)).toHaveLength(0);
  expect(randomBytes(33)).toHaveLength(33);
});
