import { extensionValue } from '../../x509/extensions.ts';
import { ANY_POLICY } from '../raw/policies.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Policies MUST NOT be mapped either to or from the special value anyPolicy.
export const policyMappingAny: LintRule = {
  id: 'policy-mapping-any',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.5',
  what: 'no policy is mapped to or from anyPolicy',
  remedy: ASK_ISSUER,
  check: ({ certificate }) =>
    offenders(
      'a policy is mapped to or from anyPolicy',
      'policyMappings',
      (extensionValue(certificate.extensions, 'policyMappings')?.mappings ?? [])
        .filter((one) => one.issuerDomain === ANY_POLICY || one.subjectDomain === ANY_POLICY)
        .map(({ issuerDomain, subjectDomain }) => `${issuerDomain} to ${subjectDomain}`),
    ),
};
