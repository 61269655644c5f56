import { formatTime } from '../../base/clock.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const outlivesIssuer: LintRule = {
  id: 'outlives-issuer',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 5280 §6.1.3 (a)(2)',
  what: 'a certificate ends no later than the CA that issued it',
  remedy: anew('renew the CA before it ends, or issue the certificate for a shorter time'),
  check: ({ certificate: { notAfter }, issuer }) =>
    issuer && notAfter > issuer.notAfter
      ? hit(
          'it ends after the CA that issued it, with which its chain ends',
          'not after',
          `${formatTime(notAfter)}, its issuer ${formatTime(issuer.notAfter)}`,
        )
      : undefined,
};
