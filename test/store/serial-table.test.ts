import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SerialTable, serialOfValue, serialValue } from '../../src/store/serial-table.ts';

const serial = fc
  .uint8Array({ minLength: 1, maxLength: 24 })
  .map((octets) => Buffer.from(octets).toString('hex'));

describe('SerialTable', () => {
  it('answers as a Map does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(serial, fc.uint8Array({ minLength: 3, maxLength: 3 })), {
          maxLength: 2000,
        }),
        (entries) => {
          const table = new SerialTable(3);
          const map = new Map<string, Uint8Array>();
          for (const [key, value] of entries) {
            table.set(key, value);
            map.set(key, value);
          }
          for (const [key, value] of map) expect([...(table.get(key) ?? [])]).toEqual([...value]);
          expect(table.get('ff'.repeat(9) + '00')).toEqual(map.get('ff'.repeat(9) + '00'));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('tells serials apart that are counted up, or differ in length alone', () => {
    const table = new SerialTable(4);
    const value = Buffer.alloc(4);
    for (let i = 0; i < 100_000; i++) {
      value.writeUInt32BE(i);
      table.set(value.toString('hex'), value);
    }
    value.writeUInt32BE(77_777);
    expect(table.get('00012fd1')).toEqual(new Uint8Array(value));
    expect(table.get('012fd1')).toBeUndefined();
    expect(table.get('0000012fd1')).toBeUndefined();
  });

  it('keeps serials as values', () => {
    for (const text of ['00', '7f00', 'ab'.repeat(20)])
      expect(serialOfValue(serialValue(text) ?? new Uint8Array())).toBe(text);
    expect(serialValue('ab'.repeat(21))).toBeUndefined();
  });
});
