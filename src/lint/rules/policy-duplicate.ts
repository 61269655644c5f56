import { irregular } from '../families/irregular.ts';

export const policyDuplicate = irregular({
  id: 'policy-duplicate',
  code: 'POLICY_DUPLICATE',
  field: 'certificate policies',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'no policy stands twice',
});
