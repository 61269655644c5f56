import { Tag } from '../../asn1/reader.ts';
import { rawTimes } from '../raw/fields.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

/** Digits of a time with seconds, by its type. */
const DIGITS = new Map<number, number>([
  [Tag.UtcTime, 12],
  [Tag.GeneralizedTime, 14],
]);

// … and MUST include seconds, even when the number of seconds is zero.
export const timeWithoutSeconds: LintRule = {
  id: 'time-without-seconds',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.5.1',
  what: 'times have seconds',
  remedy: ANEW,
  check: ({ certificate }) =>
    offenders(
      'a time has no seconds',
      'validity',
      rawTimes(certificate)
        .filter(({ tag, text }) => (/^\d*/.exec(text)?.[0].length ?? 0) < (DIGITS.get(tag) ?? 0))
        .map(({ text }) => text),
    ),
};
