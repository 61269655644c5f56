// Times of a certificate: strict, and where they are not, still read and said.
import { MINUTE } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import type { DerReader, Element } from '../asn1/reader.ts';
import { decodeTime } from '../asn1/time.ts';
import type { Note } from './extension-reading.ts';
import { reasonOf } from './malformed.ts';

// X.680 §46, §47: minutes or seconds left out, a fraction, an offset from UTC
const LOOSE =
  /^(?<year>\d{2}|\d{4})(?<month>\d{2})(?<day>\d{2})(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?(?:[.,]\d{1,9})?(?:Z|(?<sign>[+-])(?<offsetHours>\d{2})(?<offsetMinutes>\d{2}))?$/;

/**
 * Reads a Time. One in the wrong form, or with what RFC 5280 leaves out, is noted;
 * what is no time at all throws DER_MALFORMED.
 */
export function readTimeNoting(reader: DerReader, note: Note, what: string): Date {
  const found = reader.next();
  try {
    const { date, form } = decodeTime(found);
    const year = date.getUTCFullYear();
    if (form === 'generalized' && year >= 1950 && year < 2050)
      note('TIME_FORM', `${what} is a GeneralizedTime before the year 2050`);
    return date;
  } catch (error) {
    const loose = error instanceof MtlsError ? readLooseTime(found) : undefined;
    if (!loose) throw error;
    note('TIME_FORM', `${what}: ${reasonOf(error as MtlsError)}`);
    return loose;
  }
}

function readLooseTime(found: Element): Date | undefined {
  const groups = LOOSE.exec(String.fromCharCode(...found.content.subarray(0, 64)))?.groups;
  if (!groups) return undefined;
  const number = (part: string) => Number(groups[part] ?? 0);
  const short = number('year');
  const year = groups['year']?.length === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  const date = new Date(0);
  date.setUTCFullYear(year, number('month') - 1, number('day'));
  if (date.getUTCMonth() !== number('month') - 1 || number('hour') > 23 || number('minute') > 59)
    return undefined;
  date.setUTCHours(number('hour'), number('minute'), number('second'));
  const offset = (number('offsetHours') * 60 + number('offsetMinutes')) * MINUTE;
  return new Date(date.getTime() + (groups['sign'] === '+' ? -offset : offset));
}
