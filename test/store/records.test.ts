import { describe, expect, it } from 'vitest';
import {
  parseSerial,
  recordStatus,
  serialText,
  type IssuedRecord,
} from '../../src/store/records.ts';
import { thrown } from '../support/thrown.ts';

describe('serials', () => {
  it.each([
    ['7f', '7f'],
    ['AB:CD', 'abcd'],
    ['0x0ABC', '0abc'],
    ['00ab', 'ab'],
    ['abc', '0abc'],
    ['0', '00'],
    ['0000', '00'],
    [' 1F ', '1f'],
  ])('reads %j as %j', (text, expected) => {
    expect(parseSerial(text)).toBe(expected);
  });

  it.each(['', '0x', 'xyz', '-1', 'ab cd', 'f'.repeat(81)])('refuses %j', (text) => {
    expect(thrown(() => parseSerial(text))).toMatchObject({ code: 'USAGE' });
  });

  it.each([
    [[0x00, 0xab], 'ab'],
    [[0x00], '00'],
    [[0x01, 0x00], '0100'],
  ])('writes the octets %j as %j', (octets, expected) => {
    expect(serialText(Uint8Array.from(octets))).toBe(expected);
  });
});

describe('the status of a record', () => {
  const record: IssuedRecord = {
    serial: '01',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-02-01T00:00:00Z',
    profile: 'server',
    subject: '',
    names: [],
    outputs: [],
    issuedAt: '2026-01-01T00:00:00Z',
  };
  const revoked: IssuedRecord = {
    ...record,
    revoked: { at: '2026-01-15T00:00:00Z', reason: 'keyCompromise' },
  };

  it.each([
    ['2025-12-31T23:59:59Z', 'pending', 'pending'],
    ['2026-01-01T00:00:00Z', 'valid', 'valid'],
    ['2026-01-14T23:59:59Z', 'valid', 'valid'],
    ['2026-01-15T00:00:00Z', 'valid', 'revoked'],
    // RFC 5280 §4.1.2.5: valid through notAfter, inclusive
    ['2026-02-01T00:00:00Z', 'valid', 'revoked'],
    ['2026-02-01T00:00:01Z', 'expired', 'revoked'],
  ])('at %s is %s, or %s once revoked', (at, plain, withRevocation) => {
    expect(recordStatus(record, new Date(at))).toBe(plain);
    expect(recordStatus(revoked, new Date(at))).toBe(withRevocation);
  });
});
