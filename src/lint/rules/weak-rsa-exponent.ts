import { MtlsError } from '../../base/errors.ts';
import { toHex } from '../../base/bytes.ts';
import { readRsaPublicKey } from '../../crypto/public-key.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The exponent e shall be odd and 2^16 < e < 2^256.
export const weakRsaExponent: LintRule = {
  id: 'weak-rsa-exponent',
  profile: 'mtls',
  severity: 'warning',
  citation: 'FIPS 186-5 §5.1',
  what: 'the exponent of an RSA key is 65537 or more',
  remedy: anew('issue it anew with a key that mtls makes'),
  check: ({ certificate: { publicKey } }) => {
    const exponent = publicKey.kind === 'rsa' ? exponentOf(publicKey.keyBits) : undefined;
    return exponent && exponent.length < 3
      ? hit('the exponent of its RSA key is small', 'public key', `0x${toHex(exponent)}`)
      : undefined;
  },
};

function exponentOf(keyBits: Uint8Array): Uint8Array | undefined {
  try {
    return readRsaPublicKey(keyBits).exponent;
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return undefined;
  }
}
