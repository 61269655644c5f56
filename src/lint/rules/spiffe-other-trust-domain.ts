import { spiffeIdsOf } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';
import { LintSubject } from '../subject.ts';

// The SPIFFE ID of a signing certificate SHOULD reside in the trust domain of any leaf SVIDs it
// issues.
export const spiffeOtherTrustDomain: LintRule = {
  id: 'spiffe-other-trust-domain',
  profile: 'spiffe',
  severity: 'warning',
  citation: 'X509-SVID §3.2',
  what: 'a leaf is of the trust domain of the CA that issued it',
  remedy: anew('issue it from the CA of its own trust domain'),
  check: (subject) => {
    const [own] = subject.isCa ? [] : spiffeIdsOf(subject);
    const [theirs] =
      own && subject.issuer ? spiffeIdsOf(new LintSubject(subject.issuer, subject.pile)) : [];
    return own && theirs && own.trustDomain !== theirs.trustDomain
      ? hit(
          'it is of another trust domain than the CA that issued it',
          'subjectAltName',
          `${own.id}, its issuer is ${theirs.id}`,
        )
      : undefined;
  },
};
