import { consistentUsages } from '../families/purpose-usage.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Both extensions MUST be processed independently: a usage too many hinders no purpose.
export const usageBeyondPurpose: LintRule = {
  id: 'usage-beyond-purpose',
  profile: 'rfc5280',
  severity: 'info',
  citation: 'RFC 5280 §4.2.1.12',
  what: 'every key usage of a leaf serves a purpose that it states',
  remedy: ANEW,
  check: ({ certificate: { keyUsage, extendedKeyUsage = [] }, isCa }) => {
    const consistent = extendedKeyUsage.map(consistentUsages);
    // A purpose of which no standard says anything may want any of them
    if (isCa || !keyUsage || consistent.length === 0 || consistent.includes(undefined))
      return undefined;
    const wanted = new Set(consistent.flatMap((usages) => usages ?? []));
    return offenders(
      'its key usage holds more than the purposes that it states ask for',
      'key usage',
      [...keyUsage].filter((usage) => !wanted.has(usage)),
    );
  },
};
