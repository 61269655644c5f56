// Extensions that must be critical, or must not be.
import { extensionName } from '../../x509/extension-names.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';
import type { LintSubject } from '../subject.ts';

type Demand = Pick<LintRule, 'id' | 'severity' | 'citation' | 'what'> & {
  readonly oid: string;
  readonly critical: boolean;
  /** Of which certificates it is demanded; of all where absent. */
  readonly only?: (subject: LintSubject) => boolean;
};

export function criticality({ oid, critical, only, ...rule }: Demand): LintRule {
  const name = extensionName(oid) ?? oid;
  return {
    ...rule,
    profile: 'rfc5280',
    remedy: ANEW,
    check: (subject) => {
      const found = subject.extensionByOid(oid);
      if (!found || found.critical === critical || only?.(subject) === false) return undefined;
      const state = found.critical ? 'critical' : 'not critical';
      return hit(`the extension ${name} is ${state}`, name, state);
    },
  };
}
