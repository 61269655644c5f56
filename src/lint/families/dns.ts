// Rules on the labels of DNS names.
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

type Demand = Pick<LintRule, 'id' | 'severity' | 'citation' | 'what'> & {
  readonly profile?: LintRule['profile'];
  readonly cause: string;
  /** Whether a name breaks the rule; labels from left to right, without a wildcard in front. */
  readonly broken: (labels: readonly string[], name: string) => boolean;
};

export function dnsRule({ cause, broken, profile = 'rfc5280', ...rule }: Demand): LintRule {
  return {
    ...rule,
    profile,
    remedy: ANEW,
    check: ({ dnsNames }) =>
      offenders(
        cause,
        'DNS names',
        dnsNames.filter((name) => broken(labelsOf(name), name)),
      ),
  };
}

function labelsOf(name: string): readonly string[] {
  return name.replace(/^\*\./, '').split('.');
}

/** Registries sell names below these second labels, not the labels themselves. */
const REGISTRY = /^(?:ac|co|com|edu|gov|net|org)$/i;

/** How many labels at the end make a domain, as far as can be told without a list of registries. */
export function domainLength(labels: readonly string[]): number {
  const [second = '', top = ''] = labels.slice(-2);
  return labels.length > 2 && top.length === 2 && REGISTRY.test(second) ? 3 : 2;
}
