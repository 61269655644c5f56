import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Conforming CAs MUST NOT issue certificates with subjectAltNames containing empty GeneralName
// fields.
export const altNameEmpty: LintRule = {
  id: 'alt-name-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'no alternative name is empty',
  remedy: ANEW,
  check: ({ names }) =>
    offenders(
      'an alternative name is empty',
      'alternative names',
      names.filter(({ content }) => content.length === 0).map(({ kind }) => kind),
    ),
};
