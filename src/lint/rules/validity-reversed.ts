import { formatTime } from '../../base/clock.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const validityReversed: LintRule = {
  id: 'validity-reversed',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.5',
  what: 'a certificate ends after it begins',
  remedy: ANEW,
  check: ({ certificate: { notBefore, notAfter } }) =>
    notAfter < notBefore
      ? hit(
          'it ends before it begins, so it never holds',
          'validity',
          `${formatTime(notBefore)} to ${formatTime(notAfter)}`,
        )
      : undefined,
};
