// Forms of names on which RFC 5280 advises against constraints.
import type { LintRule } from '../rule.ts';
import type { RawKind } from '../raw/general-name.ts';
import { subtreeRule } from './subtree.ts';

export function constraintForm(id: string, form: RawKind, name: string): LintRule {
  return subtreeRule({
    id,
    severity: 'warning',
    citation: 'RFC 5280 §4.2.1.10',
    what: `names are not constrained by ${name}`,
    cause: `a name constraint is on ${name}, which no program judges`,
    fault: ({ base: { kind } }) => (kind === form ? name : undefined),
  });
}
