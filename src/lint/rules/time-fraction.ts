import { rawTimes } from '../raw/fields.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// GeneralizedTime values MUST NOT include fractional seconds.
export const timeFraction: LintRule = {
  id: 'time-fraction',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.5.2',
  what: 'times have whole seconds',
  remedy: ANEW,
  check: ({ certificate }) =>
    offenders(
      'a time has fractions of a second',
      'validity',
      rawTimes(certificate).flatMap(({ text }) => (/[.,]/.test(text) ? [text] : [])),
    ),
};
