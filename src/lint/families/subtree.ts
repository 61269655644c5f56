// Subtrees of name constraints.
import type { RawSubtree } from '../raw/subtrees.ts';
import { rawSubtrees } from '../raw/subtrees.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';
import type { LintSubject } from '../subject.ts';

type Demand = Pick<LintRule, 'id' | 'severity' | 'citation' | 'what'> & {
  readonly profile?: LintRule['profile'];
  readonly cause: string;
  /** What of a subtree is at fault, as it is shown. */
  readonly fault: (subtree: RawSubtree, subject: LintSubject) => string | undefined;
};

export function subtreeRule({ cause, fault, profile = 'rfc5280', ...rule }: Demand): LintRule {
  return {
    ...rule,
    profile,
    remedy: ANEW,
    check: (subject) =>
      offenders(
        cause,
        'nameConstraints',
        rawSubtrees(subject.extension('nameConstraints')?.value ?? new Uint8Array()).flatMap(
          (subtree) => fault(subtree, subject) ?? [],
        ),
      ),
  };
}
