import { childrenIn } from '../raw/elements.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// If subject naming information is present only in the subjectAltName extension, then the subject
// name MUST be an empty sequence and the subjectAltName extension MUST be critical.
export const namesNotCriticalWithoutSubject: LintRule = {
  id: 'names-not-critical-without-subject',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.6',
  what: 'alternative names are critical where the subject is empty',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('subjectAltName');
    return found?.critical === false && childrenIn(subject.certificate.subjectDer).length === 0
      ? hit(
          'the subject is empty, and the alternative names are not critical',
          'subjectAltName',
          'not critical',
        )
      : undefined;
  },
};
