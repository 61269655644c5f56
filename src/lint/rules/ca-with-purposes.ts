import { purposeName } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// In general, this extension will appear only in end entity certificates. OpenSSL, Go and Windows
// read it in a CA as a bound on all that is below.
export const caWithPurposes: LintRule = {
  id: 'ca-with-purposes',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.12',
  what: 'a CA states no purposes',
  remedy: anew('make the CA without an extended key usage, as mtls does'),
  check: ({ certificate: { extendedKeyUsage: purposes }, isCa }) =>
    isCa && purposes
      ? hit(
          'it is a CA with purposes: programs refuse what it issues for any other',
          'extendedKeyUsage',
          purposes.map((oid) => purposeName(oid) ?? oid).join(', '),
        )
      : undefined,
};
