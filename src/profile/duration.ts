// Durations and moments as people type them.
import { DAY, HOUR, MINUTE, SECOND, YEAR } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

const WEEK = 7 * DAY;
const UNITS: Readonly<Record<string, number>> = {
  y: YEAR,
  w: WEEK,
  d: DAY,
  h: HOUR,
  m: MINUTE,
  s: SECOND,
};
const EXAMPLES = 'a number and a unit: 30m, 24h, 90d, 2w, 1y, or several, 1d12h';

/** Beyond this the calendar of certificates (year 9999) has ended whatever the start. */
const LONGEST = 10_000 * YEAR;

/**
 * Reads `24h`, `90d`, `1y`, `1d12h` as milliseconds, always positive; a year is 365 days,
 * `m` is a minute. Throws BAD_DURATION.
 */
export function parseDuration(text: string): number {
  const fail = (what: string, hint = EXAMPLES) =>
    new MtlsError('BAD_DURATION', `bad duration ${quoteForeign(text)}: ${what}`, { hint });
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') throw fail('it is empty');
  if (/^\d+$/.test(trimmed))
    throw fail(
      'the unit is missing',
      `for days type ${trimmed.slice(0, 10)}d, for hours ${trimmed.slice(0, 10)}h`,
    );
  if (/^\d+mo/.test(trimmed))
    throw fail('months differ in length', 'count in days or weeks: 30d, 4w');
  if (!/^(?:\d+[ywdhms])+$/.test(trimmed)) throw fail('it is no duration');
  let total = 0;
  let last = Infinity;
  for (const [, count, unit] of trimmed.matchAll(/(\d+)([ywdhms])/g)) {
    const size = UNITS[unit as string] as number;
    if (size >= last) throw fail('units go from large to small, each once');
    last = size;
    total += Number(count) * size;
  }
  if (total === 0) throw fail('it is zero');
  if (total > LONGEST) throw fail('certificates cannot be dated beyond the year 9999');
  return total;
}

/** Writes a duration as `parseDuration` reads it, cut to whole seconds: `90d`, `1y`, `1d12h`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.floor(milliseconds / SECOND) * SECOND;
  if (rest <= 0) return '0s';
  let text = '';
  for (const unit of ['y', 'd', 'h', 'm', 's']) {
    const size = UNITS[unit] as number;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads RFC 3339 (`2027-01-31T12:00:00Z`), a day (`2027-01-31`, its first second in UTC), `now`,
 * or a distance from now (`+90d`, `-1h`). Fractions of a second are dropped. Throws BAD_TIME.
 */
export function parseTime(text: string, now: Date): Date {
  const fail = (what: string) =>
    new MtlsError('BAD_TIME', `bad time ${quoteForeign(text)}: ${what}`, {
      hint: 'write 2027-01-31, 2027-01-31T12:00:00Z, or a distance from now: +90d, -1h',
    });
  const trimmed = text.trim();
  if (trimmed === 'now') return now;
  if (/^[+-]\d+[a-z]/i.test(trimmed)) {
    const distance = parseDuration(trimmed.slice(1));
    const time = now.getTime() + (trimmed.startsWith('-') ? -distance : distance);
    return new Date(time);
  }
  const found = MOMENT.exec(trimmed);
  if (!found) throw fail('it is no date');
  const [, year, month, day, hour, minute, second, zone] = found;
  if (hour !== undefined && zone === undefined) throw fail('the time zone is missing, Z is UTC');
  const numbers = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number);
  const [y, mo, d, h, mi, s] = numbers as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s);
  if (
    date.getUTCFullYear() !== y ||
    date.getUTCMonth() !== mo - 1 ||
    date.getUTCDate() !== d ||
    date.getUTCHours() !== h ||
    date.getUTCMinutes() !== mi ||
    date.getUTCSeconds() !== s
  )
    throw fail('the calendar does not hold it');
  if (zone === undefined || zone.toUpperCase() === 'Z') return date;
  const [zoneHours, zoneMinutes] = zone.slice(1).split(':').map(Number) as [number, number];
  if (zoneHours > 23 || zoneMinutes > 59) throw fail('there is no such time zone');
  const offset = zoneHours * HOUR + zoneMinutes * MINUTE;
  return new Date(date.getTime() + (zone.startsWith('-') ? offset : -offset));
}
