// What a leaf must state for the side of a handshake that the user says it is for.
import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { anewFor } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export function askedPurpose(side: 'server' | 'client'): LintRule {
  const wanted = EXTENDED_KEY_USAGES[`${side}Auth`];
  return {
    id: `not-for-${side}s`,
    profile: 'mtls',
    severity: 'error',
    citation: 'RFC 5280 §4.2.1.12',
    what: `with --purpose ${side}, a leaf is for TLS ${side}s`,
    remedy: anewFor(side, `issue one with --profile ${side}, or peer for both sides`),
    check: ({ certificate, purpose, isCa }) => {
      const purposes = certificate.extendedKeyUsage;
      if (purpose !== side || isCa || !purposes) return undefined;
      return purposes.includes(wanted) || purposes.includes(EXTENDED_KEY_USAGES.anyExtendedKeyUsage)
        ? undefined
        : hit(
            `it is not for TLS ${side}s`,
            'extendedKeyUsage',
            purposes.map((oid) => purposeName(oid) ?? oid).join(', '),
          );
    },
  };
}
