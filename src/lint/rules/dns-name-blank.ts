import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// While the string " " is a legal domain name, subjectAltName extensions with a dNSName of " " MUST
// NOT be used.
export const dnsNameBlank: LintRule = {
  id: 'dns-name-blank',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'a DNS name is not blank',
  remedy: ANEW,
  check: (subject) =>
    offenders(
      'a DNS name is blank',
      'alternative names',
      subject
        .texts('dns')
        .filter((text) => text !== '' && text.trim() === '')
        .map((text) => `"${text}"`),
    ),
};
