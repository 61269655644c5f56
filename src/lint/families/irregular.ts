// What the reader noted by itself: rules that only pick their notes.
import type { IrregularityCode } from '../../x509/irregularity.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

type Demand = Pick<LintRule, 'id' | 'severity' | 'citation' | 'what'> & {
  readonly code: IrregularityCode;
  /** Which part of the certificate it is about. */
  readonly field: string;
};

export function irregular({ code, field, ...rule }: Demand): LintRule {
  return {
    ...rule,
    profile: 'rfc5280',
    remedy: ANEW,
    check: ({ certificate }) => {
      const found = certificate.irregularities.filter((one) => one.code === code);
      const [first] = found;
      return first && hit(first.detail, field, found.map(({ detail }) => detail).join('; '));
    },
  };
}
