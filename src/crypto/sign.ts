// Signing, behind an interface that a key outside the process can stand behind too.
import { sign } from 'node:crypto';
import { signatureAlgorithmFor, type SignatureAlgorithm } from './algorithms.ts';
import type { PublicKey } from './public-key.ts';
import type { PrivateKey } from './private-key.ts';

export interface Signer {
  readonly publicKey: PublicKey;
  readonly algorithm: SignatureAlgorithm;
  /** Signs the message itself, not its hash; ECDSA answers a DER ECDSA-Sig-Value. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A signer that answers at once. */
export interface LocalSigner extends Signer {
  sign(message: Uint8Array): Uint8Array;
}

/**
 * Signs with a key held here.
 *
 * @throws MtlsError KEY_UNSUPPORTED
 */
export function signerOf(key: PrivateKey): LocalSigner {
  const algorithm = signatureAlgorithmFor(key.publicKey);
  const { keyObject } = key;
  return {
    publicKey: key.publicKey,
    algorithm,
    sign: (message) => sign(algorithm.hash, message, keyObject),
  };
}
