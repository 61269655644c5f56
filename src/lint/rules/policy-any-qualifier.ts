import { ANY_POLICY, CPS, rawPolicies, USER_NOTICE } from '../raw/policies.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// When qualifiers are used with the special policy anyPolicy, they MUST be limited to the qualifiers
// identified in this section.
export const policyAnyQualifier: LintRule = {
  id: 'policy-any-qualifier',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'anyPolicy is qualified by a CPS pointer or a notice only',
  remedy: ASK_ISSUER,
  check: (subject) =>
    offenders(
      'anyPolicy has a qualifier that is neither a CPS pointer nor a notice',
      'certificatePolicies',
      rawPolicies(subject.extension('certificatePolicies')?.value ?? new Uint8Array())
        .filter(({ oid }) => oid === ANY_POLICY)
        .flatMap(({ qualifiers }) => qualifiers.map(({ oid }) => oid))
        .filter((oid) => oid !== CPS && oid !== USER_NOTICE),
    ),
};
