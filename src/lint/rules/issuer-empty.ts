import { childrenIn } from '../raw/elements.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The issuer field MUST contain a non-empty distinguished name.
export const issuerEmpty: LintRule = {
  id: 'issuer-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.4',
  what: 'the issuer has a name',
  remedy: ANEW,
  check: ({ certificate: { issuerDer } }) =>
    childrenIn(issuerDer).length === 0 ? hit('the issuer is empty', 'issuer', 'empty') : undefined,
};
