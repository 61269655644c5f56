import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const caCannotSign: LintRule = {
  id: 'ca-cannot-sign',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 5280 §6.1.4 (n)',
  what: 'the key usage of a CA has keyCertSign',
  remedy: ANEW,
  check: ({ certificate: { keyUsage }, isCa }) =>
    isCa && keyUsage && keyUsage.size > 0 && !keyUsage.has('keyCertSign')
      ? hit(
          'it is a CA, and its key usage does not let it sign certificates',
          'key usage',
          [...keyUsage].join(', '),
        )
      : undefined,
};
