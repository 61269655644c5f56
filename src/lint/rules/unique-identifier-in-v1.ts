import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// These fields MUST only appear if the version is 2 or 3.
export const uniqueIdentifierInV1: LintRule = {
  id: 'unique-identifier-in-v1',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.8',
  what: 'unique identifiers stand in certificates of version 2 or 3 only',
  remedy: ANEW,
  check: ({ certificate: { irregularities, version } }) =>
    version === 1 && irregularities.some(({ code }) => code === 'UNIQUE_ID')
      ? hit('a unique identifier stands in a certificate of version 1', 'version', '1')
      : undefined,
};
