import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The name constraints extension MUST be used only in a CA certificate.
export const constraintsNotInCa: LintRule = {
  id: 'constraints-not-in-ca',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'only a CA has name constraints',
  remedy: ANEW,
  check: (subject) =>
    !subject.isCa && subject.extension('nameConstraints')
      ? hit('it has name constraints and is no CA', 'nameConstraints', 'present')
      : undefined,
};
