import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { prometheusText } from '../../src/cli/render/prometheus.ts';
import { stateOf, THRESHOLDS, type Ending } from '../../src/diagnose/expiry.ts';

const start = new Date('2026-01-01T00:00:00Z');
const later = (span: number) => new Date(start.getTime() + span);
const state = (life: number, age: number, thresholds = THRESHOLDS) =>
  stateOf({ notBefore: start, notAfter: later(life) }, later(age), thresholds);

describe('a certificate', () => {
  it.each([
    [365 * DAY, 0, 'ok'],
    [365 * DAY, 335 * DAY, 'ok'],
    [365 * DAY, 335 * DAY + 1, 'soon'],
    [365 * DAY, 358 * DAY, 'soon'],
    [365 * DAY, 358 * DAY + 1, 'critical'],
    [365 * DAY, 365 * DAY, 'critical'],
    [365 * DAY, 365 * DAY + 1, 'expired'],
    // cert-manager renews at two thirds: what is older was not renewed
    [24 * HOUR, 16 * HOUR, 'ok'],
    [24 * HOUR, 16 * HOUR + 1, 'soon'],
    [24 * HOUR, 22 * HOUR, 'critical'],
    [24 * HOUR, -1, 'pending'],
  ])('of %d ms is after %d ms', (life, age, expected) => {
    expect(state(life, age)).toBe(expected);
  });

  it('is held to thresholds that were asked for, however short its life', () => {
    const exact = { warn: 30 * DAY, critical: 7 * DAY, exact: true };
    expect(state(24 * HOUR, 0, exact)).toBe('critical');
  });
});

it('metrics hold no quote, backslash or line end of a name', () => {
  const ending: Ending = {
    title: 'CN=a"b\\c\nd\u001b[31m',
    place: 'x.crt',
    serial: '01',
    notBefore: start,
    notAfter: later(DAY),
    state: 'ok',
    isIssuer: false,
  };
  const [sample] = prometheusText([ending, { ...ending, state: 'replaced' }])
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  expect(sample).toBe(
    'mtls_certificate_not_after_timestamp_seconds{subject="CN=a\\"b\\\\c\\nd\ufffd[31m",source="x.crt",serial="01",ca="false"} 1767312000',
  );
  expect(prometheusText([ending]).trimEnd().split('\n')).toHaveLength(9);
});
