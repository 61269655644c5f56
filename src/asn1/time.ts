// UTCTime and GeneralizedTime as RFC 5280 §4.1.2.5 narrows them: seconds present, Z, no fraction.
import { MtlsError } from '../base/errors.ts';
import { toUtf8 } from '../base/bytes.ts';
import { Tag, type DerReader, type Element } from './reader.ts';
import { element } from './writer.ts';

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
export function encodeTime(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? element(Tag.UtcTime, toUtf8(digits(year % 100, 2) + rest(date)))
    : encodeGeneralizedTime(date);
}

export function encodeGeneralizedTime(date: Date): Uint8Array {
  return element(Tag.GeneralizedTime, toUtf8(digits(date.getUTCFullYear(), 4) + rest(date)));
}

function rest(date: Date): string {
  return (
    digits(date.getUTCMonth() + 1, 2) +
    digits(date.getUTCDate(), 2) +
    digits(date.getUTCHours(), 2) +
    digits(date.getUTCMinutes(), 2) +
    digits(date.getUTCSeconds(), 2) +
    'Z'
  );
}

/** Reads a Time; the calendar must hold it, and a UTCTime's year counts 1950–2049. */
export function readTime(reader: DerReader): Date {
  return decodeTime(reader.next()).date;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** As readTime, with the form that was found, for those who judge the choice of form. */
export function decodeTime(found: Element): {
  readonly date: Date;
  readonly form: 'utc' | 'generalized';
} {
  const fail = (what: string) =>
    new MtlsError('DER_MALFORMED', `malformed DER: time ${what} at byte ${found.offset}`);
  const { tag, content } = found;
  if (tag !== Tag.UtcTime && tag !== Tag.GeneralizedTime) throw fail('of an unknown type');
  const width = tag === Tag.UtcTime ? 2 : 4;
  if (content.length !== width + 11 || content[width + 10] !== 0x5a)
    throw fail(`is not ${'Y'.repeat(width)}MMDDHHMMSSZ`);
  for (let i = 0; i < width + 10; i++) {
    const octet = content[i] as number;
    if (octet < 0x30 || octet > 0x39) throw fail('holds something that is no digit');
  }
  const pair = (at: number) => (content[at] as number) * 10 + (content[at + 1] as number) - 528;
  const short = pair(0);
  const year = width === 4 ? short * 100 + pair(2) : short < 50 ? 2000 + short : 1900 + short;
  const month = pair(width);
  const day = pair(width + 2);
  const hour = pair(width + 4);
  const minute = pair(width + 6);
  const second = pair(width + 8);
  if (day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    throw fail('is no date of the calendar');
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC takes the years 0 to 99 for those of the last century.
  if (year < 100) date.setUTCFullYear(year, month - 1, day);
  return { date, form: tag === Tag.UtcTime ? 'utc' : 'generalized' };
}
