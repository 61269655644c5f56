import { EXTENDED_KEY_USAGES } from '../../x509/extension-names.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Conforming CAs SHOULD NOT mark this extension as critical if the anyExtendedKeyUsage
// KeyPurposeId is present.
export const anyPurposeCritical: LintRule = {
  id: 'any-purpose-critical',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.12',
  what: 'an extended key usage that permits any purpose is not critical',
  remedy: ANEW,
  check: (subject) =>
    subject.extension('extendedKeyUsage')?.critical === true &&
    subject.certificate.extendedKeyUsage?.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)
      ? hit(
          'the extended key usage permits any purpose and is critical',
          'extendedKeyUsage',
          'anyExtendedKeyUsage, critical',
        )
      : undefined,
};
