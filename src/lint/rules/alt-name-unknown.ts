import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const altNameUnknown: LintRule = {
  id: 'alt-name-unknown',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'every alternative name is of a kind that there is',
  remedy: ANEW,
  check: ({ names }) => {
    const count = names.filter(({ kind }) => kind === 'unknown').length;
    return count > 0
      ? hit('an alternative name is of no known kind', 'alternative names', `${count}`)
      : undefined;
  },
};
