// What the reader refuses outright: no rule can look at it, and that is what is said of it.
import type { LintRule } from './rule.ts';

export const CERTIFICATE_MALFORMED: Omit<LintRule, 'check'> = {
  id: 'certificate-malformed',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1, X.690 §10',
  what: 'a certificate is DER of the structure that RFC 5280 gives it',
  remedy: { text: 'copy it again whole from where it was issued, or issue it anew' },
};
