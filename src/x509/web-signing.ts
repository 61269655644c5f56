// Signatures between our form, DER, and that of WebCrypto.
import { MtlsError } from '../base/errors.ts';
import { enterWhole } from '../asn1/reader.ts';
import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { PublicKey } from '../crypto/public-key.ts';

export interface WebAlgorithm {
  readonly name: string;
  readonly hash?: string;
  readonly namedCurve?: string;
}

/** WebCrypto's name for how a key signs; throws KEY_UNSUPPORTED. */
export function webAlgorithm(algorithm: SignatureAlgorithm, key: PublicKey): WebAlgorithm {
  const hash = algorithm.hash?.replace('sha', 'SHA-').toUpperCase();
  switch (algorithm.scheme) {
    case 'ecdsa':
      if (hash && key.curve) return { name: 'ECDSA', hash, namedCurve: key.curve };
      break;
    case 'rsa-pkcs1':
      if (hash) return { name: 'RSASSA-PKCS1-v1_5', hash };
      break;
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'rsa-pss':
    case 'dsa':
  }
  throw new MtlsError('KEY_UNSUPPORTED', `certificates are not signed with ${algorithm.name}`);
}

/**
 * WebCrypto's form of an ECDSA signature: r and s side by side, each as long as the field;
 * undefined when it is no ECDSA-Sig-Value of that size.
 */
export function rawEcdsaSignature(signature: Uint8Array, key: PublicKey): Uint8Array | undefined {
  const octets = Math.ceil((key.bits ?? 0) / 8);
  const raw = new Uint8Array(2 * octets);
  try {
    const reader = enterWhole(signature);
    for (const end of [octets, 2 * octets]) {
      const content = reader.integerBytes();
      const magnitude = content[0] === 0 ? content.subarray(1) : content;
      if (magnitude.length > octets) return undefined;
      raw.set(magnitude, end - magnitude.length);
    }
    reader.end();
  } catch (error) {
    if (error instanceof MtlsError) return undefined;
    throw error;
  }
  return raw;
}
