import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

/** MD2, MD4 and MD5 with RSA, and their like, which the program does not verify. */
const BROKEN = new Map([
  ['1.2.840.113549.1.1.2', 'md2 with RSA'],
  ['1.2.840.113549.1.1.3', 'md4 with RSA'],
  ['1.2.840.113549.1.1.4', 'md5 with RSA'],
  ['1.3.14.3.2.29', 'sha1 with RSA'],
]);

// A root's own signature is not what it is trusted for.
export const weakHash: LintRule = {
  id: 'weak-hash',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 8446 §4.4.2.4',
  what: 'a certificate is signed over SHA-2, or with Ed25519; a root may be older',
  remedy: anew('have it signed anew: mtls signs over SHA-2 only'),
  check: ({ certificate: { signatureAlgorithm, signatureOid }, role }) => {
    if (role === 'root') return undefined;
    const weak =
      BROKEN.get(signatureOid) ??
      (signatureAlgorithm?.hash === 'sha1' ? signatureAlgorithm.name : undefined);
    return weak === undefined
      ? undefined
      : hit('its signature is over a hash that is broken, so peers refuse it', 'signature', weak);
  },
};
