// Time comes in from outside, so that tests and `--at` can choose it.

/** Answers the present moment. */
export type Clock = () => Date;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A year of 365 days, as validity periods count it. */
export const YEAR = 365 * DAY;

/** Drops the milliseconds: certificates count whole seconds (RFC 5280 §4.1.2.5). */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / SECOND) * SECOND);
}

/** RFC 3339 in UTC, whole seconds: `2027-01-31T12:00:00Z`. */
export function formatTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
