import { purposeName } from '../../x509/extension-names.ts';
import { consistentUsages } from '../families/purpose-usage.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// If there is no purpose consistent with both extensions, then the certificate MUST NOT be used for
// any purpose.
export const purposeWithoutUsage: LintRule = {
  id: 'purpose-without-usage',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.12',
  what: 'some purpose of a leaf is consistent with its key usage',
  remedy: ANEW,
  check: ({ certificate: { keyUsage, extendedKeyUsage = [] }, isCa }) => {
    if (isCa || !keyUsage || keyUsage.size === 0 || extendedKeyUsage.length === 0) return undefined;
    const usable = extendedKeyUsage.some((purpose) => {
      const consistent = consistentUsages(purpose);
      return consistent === undefined || consistent.some((usage) => keyUsage.has(usage));
    });
    if (usable) return undefined;
    const purposes = extendedKeyUsage.map((oid) => purposeName(oid) ?? oid).join(', ');
    return hit(
      'no purpose that it states is consistent with its key usage, so it may be used for none',
      'key usage',
      `${[...keyUsage].join(', ')} for ${purposes}`,
    );
  },
};
