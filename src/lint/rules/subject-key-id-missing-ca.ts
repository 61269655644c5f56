import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// To facilitate certification path construction, this extension MUST appear in all conforming CA
// certificates.
export const subjectKeyIdMissingCa: LintRule = {
  id: 'subject-key-id-missing-ca',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.2',
  what: 'a CA has a subject key identifier',
  remedy: ANEW,
  check: (subject) =>
    subject.isCa && !subject.extension('subjectKeyIdentifier')
      ? hit('it is a CA without a subject key identifier', 'subjectKeyIdentifier', 'absent')
      : undefined,
};
