// Upper bounds of the attributes of a subject (RFC 5280 Appendix A.1, X.520).
import { attributeByOid } from '../../name/attributes.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

type Demand = Pick<LintRule, 'id' | 'citation'> & {
  readonly severity?: LintRule['severity'];
  readonly oid: string;
  /** In characters; the standard's where absent. */
  readonly max?: number;
};

export function attributeBound({ oid, max, severity = 'error', ...rule }: Demand): LintRule {
  const type = attributeByOid(oid);
  const name = type?.keyword ?? oid;
  const bound = max ?? type?.max ?? Infinity;
  return {
    ...rule,
    severity,
    profile: 'rfc5280',
    what: `${name} in the subject has at most ${bound} characters`,
    remedy: ANEW,
    check: (subject) => {
      const long = subject.subjectTexts(oid).filter((text) => Array.from(text).length > bound);
      return offenders(`${name} in the subject is longer than ${bound} characters`, name, long);
    },
  };
}
