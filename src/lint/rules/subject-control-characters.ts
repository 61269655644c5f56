import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Programs that cut a name at a NUL, or print it, see another one than was certified.
export const subjectControlCharacters: LintRule = {
  id: 'subject-control-characters',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.6',
  what: 'the subject holds no control characters',
  remedy: ANEW,
  check: ({ subjectName }) =>
    offenders(
      'the subject holds control characters',
      'subject',
      subjectName.attributes
        .map(({ text }) => text)
        // eslint-disable-next-line no-control-regex -- these are looked for
        .filter((text) => /[\x00-\x1f\x7f-\x9f]/.test(text)),
    ),
};
