import { childrenIn } from '../raw/elements.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The subject MAY be carried in the subject field and/or the subjectAltName extension.
export const subjectEmptyWithoutNames: LintRule = {
  id: 'subject-empty-without-names',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.6',
  what: 'there is a subject or there are alternative names',
  remedy: ANEW,
  check: (subject) =>
    childrenIn(subject.certificate.subjectDer).length === 0 && !subject.extension('subjectAltName')
      ? hit('it has neither a subject nor alternative names', 'subject', 'empty')
      : undefined,
};
