import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

export const purposeBeyondIssuer: LintRule = {
  id: 'purpose-beyond-issuer',
  profile: 'mtls',
  severity: 'error',
  citation: 'TLS BR 7.1.2.10.6',
  what: 'a leaf is for nothing that its CA is barred from',
  remedy: anew('issue it from a CA without an extended key usage'),
  check: ({ certificate: { extendedKeyUsage: purposes = [] }, issuer, isCa }) => {
    const bound = issuer?.extendedKeyUsage;
    if (isCa || !bound || bound.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)) return undefined;
    return offenders(
      'it is for what its CA is not for, so programs refuse it',
      'extendedKeyUsage',
      purposes.filter((oid) => !bound.includes(oid)).map((oid) => purposeName(oid) ?? oid),
    );
  },
};
