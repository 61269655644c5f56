// What a policy is written for: each program says first which rules it cannot hold.
import { MtlsError } from '../../base/errors.ts';
import type { Policy, Rule, Subject } from '../../policy/policy.ts';

/** How the objects of a cluster are called. */
export interface ExportOptions {
  readonly name: string;
  readonly namespace?: string | undefined;
  /** Labels of the workload that is called; all of the namespace when there are none. */
  readonly selector: Readonly<Record<string, string>>;
  /** The workload's port, by number or name, where a mesh wants one. */
  readonly port?: string | undefined;
}

/** A rule that a program cannot hold. */
export interface Inexpressible {
  readonly rule: Rule;
  /** Lower case, without a full stop. */
  readonly why: string;
}

export interface PolicyTarget {
  readonly title: string;
  /** Why a rule cannot be held as it is meant; undefined where it can. */
  readonly fault: (rule: Rule, policy: Policy) => string | undefined;
  readonly write: (policy: Policy, options: ExportOptions) => string;
}

/** The rules that a program cannot hold, in their order. */
export function inexpressible(target: PolicyTarget, policy: Policy): readonly Inexpressible[] {
  return policy.rules.flatMap((rule) => {
    const why = target.fault(rule, policy);
    return why === undefined ? [] : [{ rule, why }];
  });
}

/**
 * Writes a policy for a program.
 *
 * @throws MtlsError POLICY_INEXPRESSIBLE, rather than writing a weaker one
 */
export function exportPolicy(target: PolicyTarget, policy: Policy, options: ExportOptions): string {
  const [found, ...more] = inexpressible(target, policy);
  if (!found) return target.write(policy, options);
  const { rule, why } = found;
  throw new MtlsError(
    'POLICY_INEXPRESSIBLE',
    `${target.title} cannot hold rule ${rule.name} (line ${rule.line}): ${why}` +
      (more.length > 0 ? `; and ${more.length} more` : ''),
    {
      hint: 'nothing was written; mtls policy check lists what every program takes',
      data: { rules: [found, ...more].map((one) => ({ rule: one.rule.name, why: one.why })) },
    },
  );
}

/** The first of a rule's subjects that goes by one of these. */
export function goesBy(
  { who }: Rule,
  fields: readonly (keyof Subject)[],
): keyof Subject | undefined {
  return fields.find((field) => who.some((subject) => subject[field] !== undefined));
}

/** Fields as sentences call them. */
export const FIELD_TITLES: Readonly<Record<keyof Subject, string>> = {
  any: 'any certificate',
  cn: 'a common name',
  dns: 'a DNS name',
  spiffe: 'a SPIFFE ID',
  extension: 'a certificate extension',
};
