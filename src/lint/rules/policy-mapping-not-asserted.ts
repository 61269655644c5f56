import { extensionValue } from '../../x509/extensions.ts';
import { rawPolicies } from '../raw/policies.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Each issuerDomainPolicy named in the policy mappings extension SHOULD also be asserted in a
// certificate policies extension in the same certificate.
export const policyMappingNotAsserted: LintRule = {
  id: 'policy-mapping-not-asserted',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.5',
  what: 'a policy that is mapped is asserted too',
  remedy: ASK_ISSUER,
  check: (subject) => {
    const { extensions } = subject.certificate;
    const asserted = new Set(
      rawPolicies(subject.extension('certificatePolicies')?.value ?? new Uint8Array()).map(
        ({ oid }) => oid,
      ),
    );
    return offenders(
      'a policy is mapped and not asserted',
      'policyMappings',
      (extensionValue(extensions, 'policyMappings')?.mappings ?? [])
        .map(({ issuerDomain }) => issuerDomain)
        .filter((policy) => !asserted.has(policy)),
    );
  },
};
