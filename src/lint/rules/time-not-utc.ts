import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';
import { rawTimes } from '../raw/fields.ts';

// UTCTime and GeneralizedTime values MUST be expressed in Greenwich Mean Time (Zulu).
export const timeNotUtc: LintRule = {
  id: 'time-not-utc',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.5.1',
  what: 'times end in Z',
  remedy: ANEW,
  check: ({ certificate }) =>
    offenders(
      'a time is not given in UTC',
      'validity',
      rawTimes(certificate).flatMap(({ text }) => (text.endsWith('Z') ? [] : [text])),
    ),
};
