import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// To assist applications in identifying the appropriate end entity certificate, this extension
// SHOULD be included in all end entity certificates.
export const subjectKeyIdMissing: LintRule = {
  id: 'subject-key-id-missing',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.2',
  what: 'a leaf has a subject key identifier',
  remedy: ANEW,
  check: (subject) =>
    !subject.isCa &&
    subject.certificate.extensions.length > 0 &&
    !subject.extension('subjectKeyIdentifier')
      ? hit('it has no subject key identifier', 'subjectKeyIdentifier', 'absent')
      : undefined,
};
