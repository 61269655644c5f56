// Times as people read them: the moment in UTC, and how far it is from now.

import { DAY, HOUR, MINUTE, SECOND, YEAR } from '../../base/clock.ts';

/** `2027-03-01 12:00:00 UTC` */
export function formatTime(time: Date): string {
  if (Number.isNaN(time.getTime())) return 'no valid time';
  const [day = '', rest = ''] = time.toISOString().split('T');
  return `${day} ${rest.replace(/\.\d+Z$/, '')} UTC`;
}

const UNITS = [
  [YEAR, 'year'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
] as const;

/** A span in its largest fitting unit, rounded: `89 days`; a unit is used from two of it on. */
export function formatSpan(milliseconds: number): string {
  const span = Math.abs(milliseconds);
  for (const [size, name] of UNITS) {
    if (span < 2 * size && name !== 'second') continue;
    const count = Math.round(span / size);
    return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return '0 seconds';
}

/** `in 89 days`, `3 hours ago`, `now` */
export function formatDistance(time: Date, now: Date): string {
  const ahead = time.getTime() - now.getTime();
  if (Math.abs(ahead) < SECOND) return 'now';
  return ahead > 0 ? `in ${formatSpan(ahead)}` : `${formatSpan(ahead)} ago`;
}

/** `2027-03-01 12:00:00 UTC (in 89 days)` */
export function formatTimeFrom(time: Date, now: Date): string {
  return `${formatTime(time)} (${formatDistance(time, now)})`;
}
