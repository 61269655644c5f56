import { expect, test } from 'vitest';
import {
  formatDistance,
  formatSpan,
  formatTime,
  formatTimeFrom,
} from '../../../src/cli/render/time.ts';
import { DAY, HOUR, MINUTE, SECOND, YEAR } from '../../../src/base/clock.ts';

const now = new Date('2026-12-02T12:00:00Z');

test('a time is told in UTC and from now', () => {
  expect(formatTimeFrom(new Date('2027-03-01T12:00:00Z'), now)).toBe(
    '2027-03-01 12:00:00 UTC (in 89 days)',
  );
  expect(formatTime(new Date('9999-12-31T23:59:59.999Z'))).toBe('9999-12-31 23:59:59 UTC');
  expect(formatTime(new Date(Number.NaN))).toBe('no valid time');
});

test.each([
  [0, '0 seconds'],
  [SECOND, '1 second'],
  [90 * SECOND, '90 seconds'],
  [2 * MINUTE, '2 minutes'],
  [2 * HOUR, '2 hours'],
  [47 * HOUR, '47 hours'],
  [2 * DAY, '2 days'],
  [90 * DAY - 500, '90 days'],
  [729 * DAY, '729 days'],
  [10 * YEAR, '10 years'],
])('%d milliseconds are %s', (span, text) => {
  expect(formatSpan(span)).toBe(text);
});

test('the past and the present', () => {
  expect(formatDistance(new Date(now.getTime() - 3 * DAY), now)).toBe('3 days ago');
  expect(formatDistance(now, now)).toBe('now');
});
