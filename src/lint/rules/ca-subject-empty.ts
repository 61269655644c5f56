import { childrenIn } from '../raw/elements.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// If the subject is a CA, the subject field MUST be populated: it is the issuer of what it signs.
export const caSubjectEmpty: LintRule = {
  id: 'ca-subject-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.6',
  what: 'a CA has a subject',
  remedy: ANEW,
  check: ({ certificate: { subjectDer }, isCa }) =>
    isCa && childrenIn(subjectDer).length === 0
      ? hit('it is a CA without a subject', 'subject', 'empty')
      : undefined,
};
