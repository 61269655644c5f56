import { DAY, YEAR } from '../../base/clock.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const YEARS = 25;

export const caValidityTooLong: LintRule = {
  id: 'ca-validity-too-long',
  profile: 'mtls',
  severity: 'info',
  citation: 'TLS BR 6.1.7, Mozilla Root Store Policy §7.4',
  what: `a CA is valid for at most ${YEARS} years`,
  remedy: anew('plan to rotate the CA before its key is old'),
  check: ({ certificate: { notBefore, notAfter }, isCa }) => {
    const span = notAfter.getTime() - notBefore.getTime();
    return isCa && span > YEARS * YEAR + 7 * DAY
      ? hit(`it is a CA for more than ${YEARS} years`, 'validity', `${Math.floor(span / DAY)} days`)
      : undefined;
  },
};
