// Times of a certificate: strict, and where they are not, still read and said.
import { MtlsError } from '../base/errors.ts';
import { DerReader, type Element } from '../asn1/reader.ts';
import { readEncodedTime } from '../asn1/time.ts';
import type { Note } from './extension-reading.ts';
import { reasonOf } from './malformed.ts';

// X.680 §46, §47: minutes or seconds left out, a fraction, an offset from UTC
const LOOSE =
  /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:[.,]\d{1,9})?(?:Z|([+-])(\d{2})(\d{2}))?$/;

/**
 * Reads a Time. One in the wrong form, or with what RFC 5280 leaves out, is noted;
 * what is no time at all throws DER_MALFORMED.
 */
export function readTimeNoting(reader: DerReader, note: Note, what: string): Date {
  const found = reader.next();
  try {
    const { date, form } = readEncodedTime(new DerReader(found.whole, found.offset, found.depth));
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
  const match = LOOSE.exec(String.fromCharCode(...found.content.subarray(0, 64)));
  if (!match) return undefined;
  const [month, day, hour, minute, second, , offsetHours, offsetMinutes] = match
    .slice(2)
    .map((part) => Number(part)) as number[];
  const digits = match[1] as string;
  const short = Number(digits);
  const year = digits.length === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  const date = new Date(0);
  date.setUTCFullYear(year, (month as number) - 1, day);
  date.setUTCHours(hour as number, minute, Number.isNaN(second) ? 0 : second);
  if (date.getUTCMonth() !== (month as number) - 1 || date.getUTCDate() !== day) return undefined;
  if (match[7] === undefined) return date;
  const offset = ((offsetHours as number) * 60 + (offsetMinutes as number)) * 60_000;
  return new Date(date.getTime() + (match[7] === '+' ? -offset : offset));
}
