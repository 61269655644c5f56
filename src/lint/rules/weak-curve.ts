import { describeKey } from '../../crypto/public-key.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const BITS = 256;

export const weakCurve: LintRule = {
  id: 'weak-curve',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 8422 §5.1.1',
  what: `an elliptic curve has at least ${BITS} bits`,
  remedy: anew('issue it anew with a key that mtls makes: ec-p256 unless asked otherwise'),
  check: ({ certificate: { publicKey } }) =>
    publicKey.kind === 'ec' && publicKey.bits !== undefined && publicKey.bits < BITS
      ? hit('its key is on a curve that TLS has given up', 'public key', describeKey(publicKey))
      : undefined,
};
