import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// If the cA boolean is not asserted, then the keyCertSign bit in the key usage extension MUST NOT
// be asserted.
export const keyUsageCertSignWithoutCa: LintRule = {
  id: 'key-usage-cert-sign-without-ca',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.9',
  what: 'what may sign certificates is a CA by its basic constraints',
  remedy: ANEW,
  check: (subject) =>
    !subject.isCa && subject.has('keyCertSign')
      ? hit(
          'its key usage lets it sign certificates, and its basic constraints do not say that it is a CA',
          'key usage',
          'keyCertSign',
        )
      : undefined,
};
