import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// If the keyUsage extension is present, the digitalSignature bit MUST be set: TLS 1.3 signs with
// every certificate.
export const leafCannotSign: LintRule = {
  id: 'leaf-cannot-sign',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 8446 §4.4.2.2',
  what: 'the key usage of a TLS leaf has digitalSignature',
  remedy: ANEW,
  check: (subject) => {
    const { keyUsage } = subject.certificate;
    if (!keyUsage || keyUsage.size === 0 || keyUsage.has('digitalSignature')) return undefined;
    if (!subject.mayServe && !subject.mayCall) return undefined;
    return hit(
      'its key usage lacks digitalSignature, so TLS 1.3 cannot use it',
      'key usage',
      [...keyUsage].join(', '),
    );
  },
};
