import { DAY, YEAR } from '../../base/clock.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const YEARS = 5;

export const leafValidityTooLong: LintRule = {
  id: 'leaf-validity-too-long',
  profile: 'mtls',
  severity: 'warning',
  citation: 'NIST SP 800-57 part 1 §5.3.6',
  what: `a leaf is valid for at most ${YEARS} years`,
  remedy: anew('issue it for less time and renew it'),
  check: ({ certificate: { notBefore, notAfter }, isCa }) => {
    const span = notAfter.getTime() - notBefore.getTime();
    // Leap days
    return !isCa && span > YEARS * YEAR + 2 * DAY
      ? hit(
          'it is valid for so long that its key will be lost before it ends',
          'validity',
          `${Math.floor(span / DAY)} days`,
        )
      : undefined;
  },
};
