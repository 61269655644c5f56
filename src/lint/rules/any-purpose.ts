import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const { anyExtendedKeyUsage, serverAuth, clientAuth } = EXTENDED_KEY_USAGES;

export const anyPurpose: LintRule = {
  id: 'any-purpose',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.12',
  what: 'a leaf names the purposes that it is for',
  remedy: anew('issue it with --profile server, client or peer'),
  check: ({ certificate: { extendedKeyUsage: purposes = [] }, isCa }) =>
    !isCa &&
    purposes.includes(anyExtendedKeyUsage) &&
    !purposes.includes(serverAuth) &&
    !purposes.includes(clientAuth)
      ? hit(
          'it is for any purpose and names none, which some programs refuse',
          'extendedKeyUsage',
          purposes.map((oid) => purposeName(oid) ?? oid).join(', '),
        )
      : undefined,
};
