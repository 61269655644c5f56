// User notices of certificate policies (RFC 5280 §4.2.1.4, RFC 6818 §3).
import { rawPolicies, type RawNotice } from '../raw/policies.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

type Demand = Pick<LintRule, 'id' | 'severity' | 'citation' | 'what'> & {
  readonly cause: string;
  /** What of a notice is at fault, as it is shown. */
  readonly fault: (notice: RawNotice) => string | undefined;
};

export function notice({ cause, fault, ...rule }: Demand): LintRule {
  return {
    ...rule,
    profile: 'rfc5280',
    remedy: ASK_ISSUER,
    check: (subject) =>
      offenders(
        cause,
        'certificatePolicies: userNotice',
        rawPolicies(subject.extension('certificatePolicies')?.value ?? new Uint8Array())
          .flatMap(({ qualifiers }) => qualifiers)
          .flatMap(({ notice: found }) => (found && fault(found)) ?? []),
      ),
  };
}
