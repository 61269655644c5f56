import { EMAIL_ADDRESS } from '../../name/attributes.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Conforming implementations generating new certificates with electronic mail addresses MUST use
// the rfc822Name in the subject alternative name extension.
export const subjectEmailNotInNames: LintRule = {
  id: 'subject-email-not-in-names',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.6',
  what: 'an e-mail address of the subject is an alternative name too',
  // RFC 2459 was the first to demand it
  since: new Date('1999-01-01T00:00:00Z'),
  remedy: ANEW,
  check: (subject) => {
    const named = new Set(
      subject.subjectNames
        .filter(({ kind }) => kind === 'email')
        .map(({ text }) => text.toLowerCase()),
    );
    return offenders(
      'an e-mail address of the subject is no alternative name',
      'subject: emailAddress',
      subject.subjectTexts(EMAIL_ADDRESS).filter((text) => !named.has(text.toLowerCase())),
    );
  },
};
