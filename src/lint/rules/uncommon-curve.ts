import { describeKey } from '../../crypto/public-key.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

const COMMON: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521']);

// Go, rustls and browsers read no other curve of this kind.
export const uncommonCurve: LintRule = {
  id: 'uncommon-curve',
  profile: 'mtls',
  severity: 'warning',
  citation: 'RFC 8446 §4.2.3',
  what: 'an elliptic curve is P-256, P-384 or P-521',
  remedy: anew('issue it anew with a key that mtls makes: ec-p256 unless asked otherwise'),
  check: ({ certificate: { publicKey } }) => {
    const { kind, curve, bits = 256 } = publicKey;
    return kind === 'ec' && bits >= 256 && curve !== undefined && !COMMON.has(curve)
      ? hit(
          'its key is on a curve that many peers do not know',
          'public key',
          describeKey(publicKey),
        )
      : undefined;
  },
};
