import { DAY } from '../../base/clock.ts';
import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const DAYS = 825;

// For private CAs too, as the browsers' own limits are not.
export const serverValidityTooLong: LintRule = {
  id: 'server-validity-too-long',
  profile: 'mtls',
  severity: 'warning',
  citation: 'Apple: requirements for trusted certificates in iOS 13 and macOS 10.15',
  what: `the certificate of a server is valid for at most ${DAYS} days`,
  since: new Date('2019-07-01T00:00:00Z'),
  remedy: anew(
    'issue it for less time and renew it: mtls issues for 90 days unless asked otherwise',
  ),
  check: ({ certificate: { notBefore, notAfter, extendedKeyUsage }, isCa }) => {
    const days = Math.floor((notAfter.getTime() - notBefore.getTime()) / DAY);
    return !isCa && extendedKeyUsage?.includes(EXTENDED_KEY_USAGES.serverAuth) && days > DAYS
      ? hit(
          `it is valid for ${days} days; Apple’s programs refuse a server’s beyond ${DAYS}`,
          'validity',
          `${days} days`,
        )
      : undefined;
  },
};
