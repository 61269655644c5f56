import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Conforming CAs MUST include this extension in certificates that contain public keys that are used
// to validate digital signatures on other public key certificates or CRLs.
export const caKeyUsageMissing: LintRule = {
  id: 'ca-key-usage-missing',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.3',
  what: 'a CA has a key usage',
  remedy: ANEW,
  check: (subject) =>
    subject.isCa && !subject.extension('keyUsage')
      ? hit('it is a CA without a key usage', 'key usage', 'absent')
      : undefined,
};
