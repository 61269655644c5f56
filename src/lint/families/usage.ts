// Key usages that a kind of key cannot have.
import type { KeyUsage } from '../../x509/extension-names.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';
import type { LintSubject } from '../subject.ts';

type Demand = Omit<LintRule, 'check' | 'profile' | 'remedy'> & {
  readonly usages: readonly KeyUsage[];
  readonly cause: string;
  readonly of: (subject: LintSubject) => boolean;
};

/** A hit where a certificate of the kind has one of the usages. */
export function barredUsage({ usages, cause, of, ...rule }: Demand): LintRule {
  return {
    ...rule,
    profile: 'rfc5280',
    remedy: ANEW,
    check: (subject) =>
      of(subject)
        ? offenders(
            cause,
            'key usage',
            usages.filter((usage) => subject.has(usage)),
          )
        : undefined,
  };
}
