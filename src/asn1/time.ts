// UTCTime and GeneralizedTime as RFC 5280 §4.1.2.5 narrows them: seconds present, Z, no fraction.
import { MtlsError } from '../base/errors.ts';
import { toUtf8 } from '../base/bytes.ts';
import { Tag, type DerReader } from './reader.ts';
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
  return readEncodedTime(reader).date;
}

/** As readTime, with the form that was found, for those who judge the choice of form. */
export function readEncodedTime(reader: DerReader): {
  readonly date: Date;
  readonly form: 'utc' | 'generalized';
} {
  const found = reader.next();
  const fail = (what: string) =>
    new MtlsError('DER_MALFORMED', `malformed DER: time ${what} at byte ${found.offset}`);
  const { tag, content } = found;
  if (tag !== Tag.UtcTime && tag !== Tag.GeneralizedTime) throw fail('of an unknown type');
  const width = tag === Tag.UtcTime ? 2 : 4;
  if (content.length !== width + 11 || content[width + 10] !== 0x5a)
    throw fail(`is not ${'Y'.repeat(width)}MMDDHHMMSSZ`);
  const number = (at: number, count: number): number => {
    let value = 0;
    for (let i = at; i < at + count; i++) {
      const digit = (content[i] as number) - 0x30;
      if (digit < 0 || digit > 9) throw fail('holds something that is no digit');
      value = value * 10 + digit;
    }
    return value;
  };
  const short = number(0, width);
  const year = width === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((at) => number(width + at, 2)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    date.getUTCHours() !== hour ||
    date.getUTCMinutes() !== minute ||
    date.getUTCSeconds() !== second
  )
    throw fail('is no date of the calendar');
  return { date, form: tag === Tag.UtcTime ? 'utc' : 'generalized' };
}
