// A CA's key that the caller keeps elsewhere.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { remoteSigner } from '../signer/remote.ts';
import { readData, type Data } from './input.ts';

/** What is to be signed. */
export interface SigningQuestion {
  /** The digest under `hash`; for Ed25519, which hashes by itself, the message. */
  readonly input: Uint8Array;
  readonly algorithm: 'ecdsa-sha256' | 'ecdsa-sha384' | 'ecdsa-sha512' | 'rsa-sha256' | 'ed25519';
  /** Null for Ed25519. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

/** Signs with a key that is elsewhere: in a KMS, an HSM. Each signature is verified before it is used. */
export interface CaSigner {
  /** PEM or DER: the public key, or a certificate of it. */
  readonly publicKey: Data;
  /**
   * ECDSA answers a DER ECDSA-Sig-Value (RFC 3279 §2.2.3), RSA an RSASSA-PKCS1-v1_5 signature.
   * What it throws is thrown on, as it is.
   */
  sign(question: SigningQuestion): Uint8Array | Promise<Uint8Array>;
}

/** The caller's signer as ours. Throws NOTHING_FOUND, KEY_UNSUPPORTED, and what is malformed. */
export function signerBy(given: CaSigner): Signer {
  const { publicKeys, certificates } = readData(given.publicKey, 'signer.publicKey');
  const key = publicKeys[0] ?? certificates[0]?.publicKey;
  if (!key)
    throw new MtlsError('NOTHING_FOUND', 'no public key in "signer.publicKey"', {
      hint: 'give a PEM block PUBLIC KEY, or a certificate',
    });
  return remoteSigner(key, 'the signer', async ({ input, algorithm }) => {
    const { name, hash } = algorithm;
    return given.sign({ input, algorithm: name, hash } as SigningQuestion);
  });
}

/** As `signerBy`, for a CA that is there. Throws KEY_MISMATCH where the signer has another key. */
export function signerOfCa(given: CaSigner, publicKey: PublicKey): Signer {
  const signer = signerBy(given);
  if (bytesEqual(signer.publicKey.spki, publicKey.spki)) return signer;
  throw new MtlsError('KEY_MISMATCH', 'the signer’s key is not that of the CA', {
    hint: 'check which key the signer uses',
  });
}
