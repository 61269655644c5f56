import { toColonHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// For IP version 4 the octet string MUST contain exactly four octets, for version 6 sixteen.
export const ipLength: LintRule = {
  id: 'ip-length',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'an IP address has 4 or 16 octets',
  remedy: ANEW,
  check: ({ names }) =>
    offenders(
      'an IP address has neither 4 nor 16 octets',
      'alternative names',
      names
        .filter(({ kind, content }) => kind === 'ip' && content.length > 0)
        .filter(({ content }) => content.length !== 4 && content.length !== 16)
        .map(({ content }) => toColonHex(content)),
    ),
};
