import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { formatDuration, parseDuration, parseTime } from '../../src/profile/duration.ts';
import { formatTime } from '../../src/base/clock.ts';

const now = new Date('2026-03-01T12:00:00Z');

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
    ['1y', 31_536_000_000],
    ['1d12h', 129_600_000],
    [' 90D ', 7_776_000_000],
  ])('reads %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    ' ',
    '90',
    'd',
    '1.5h',
    '-1d',
    '+1d',
    '1d-2h',
    '1h1d',
    '1d1d',
    '0d',
    '3mo',
    '9x',
    '1d ago',
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }));
  });

  it('refuses more than the calendar holds', () => {
    expect(() => parseDuration('10001y')).toThrow(/year 9999/);
    expect(() => parseDuration(`${'9'.repeat(400)}y`)).toThrow(/year 9999/);
  });

  it('says which unit is missing', () => {
    expect(() => parseDuration('365')).toThrow(
      expect.objectContaining({ hint: 'for days type 365d, for hours 365h' }),
    );
  });

  it('takes linear time', () => {
    const started = performance.now();
    expect(() => parseDuration(`${'1'.repeat(200_000)}!`)).toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('formatDuration', () => {
  it.each([
    [31_536_000_000, '1y'],
    [7_776_000_000, '90d'],
    [129_600_000, '1d12h'],
    [999, '0s'],
  ])('writes %d as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});

describe('parseTime', () => {
  // RFC 3339 §5.8
  it.each([
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57Z'],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T11:40:27Z'],
  ])('reads %s', (text, utc) => {
    expect(formatTime(parseTime(text, now))).toBe(utc);
  });

  it.each([
    ['2027-01-31', '2027-01-31T00:00:00Z'],
    ['2028-02-29', '2028-02-29T00:00:00Z'],
    ['2027-01-31 08:00:00Z', '2027-01-31T08:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['0050-01-01', '0050-01-01T00:00:00Z'],
    ['now', '2026-03-01T12:00:00Z'],
    ['+90d', '2026-05-30T12:00:00Z'],
    ['-1h', '2026-03-01T11:00:00Z'],
  ])('reads %s', (text, utc) => {
    expect(formatTime(parseTime(text, now))).toBe(utc);
  });

  it.each([
    '',
    'tomorrow',
    '2027-02-29',
    '2027-13-01',
    '2027-01-31T24:00:00Z',
    '1990-12-31T23:59:60Z',
    '2027-01-31T12:00:00',
    '2027-01-31T12:00:00+25:00',
    '31.01.2027',
    '20270131120000Z',
  ])('refuses %j', (text) => {
    expect(() => parseTime(text, now)).toThrow(expect.objectContaining({ code: 'BAD_TIME' }));
  });

  it('keeps control characters out of the message', () => {
    expect(() => parseTime('\u001b[31m', now)).toThrow('\\x1b[31m');
  });
});
