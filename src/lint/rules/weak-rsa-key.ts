import { describeKey } from '../../crypto/public-key.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const BITS = 2048;

export const weakRsaKey: LintRule = {
  id: 'weak-rsa-key',
  profile: 'mtls',
  severity: 'error',
  citation: 'NIST SP 800-131A §3',
  what: `an RSA key has at least ${BITS} bits`,
  remedy: anew('issue it anew with a key that mtls makes: ec-p256 unless asked otherwise'),
  check: ({ certificate: { publicKey } }) =>
    publicKey.kind === 'rsa' && publicKey.bits !== undefined && publicKey.bits < BITS
      ? hit(
          `its RSA key has ${publicKey.bits} bits, which peers refuse`,
          'public key',
          describeKey(publicKey),
        )
      : undefined,
};
