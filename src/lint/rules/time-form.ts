import { Tag } from '../../asn1/reader.ts';
import { rawTimes } from '../raw/fields.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// CAs MUST always encode validity dates through the year 2049 as UTCTime.
export const timeForm: LintRule = {
  id: 'time-form',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.5',
  what: 'times before the year 2050 are UTCTime',
  remedy: ANEW,
  check: ({ certificate }) =>
    offenders(
      'a time before the year 2050 is a GeneralizedTime',
      'validity',
      rawTimes(certificate)
        .filter(({ tag, text }) => tag === Tag.GeneralizedTime && Number(text.slice(0, 4)) < 2050)
        .map(({ text }) => text),
    ),
};
