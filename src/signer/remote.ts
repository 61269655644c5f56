// A key that is elsewhere, seen as a Signer: asked for a signature, believed in nothing.
import { MtlsError } from '../base/errors.ts';
import { signatureAlgorithmFor, type SignatureAlgorithm } from '../crypto/algorithms.ts';
import { digest } from '../crypto/digest.ts';
import { describeKey, type PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { verifySignature } from '../crypto/verify.ts';

/** What is to be signed. */
export interface SignQuestion {
  readonly algorithm: SignatureAlgorithm;
  /** The digest under the algorithm's hash; for Ed25519, which hashes by itself, the message. */
  readonly input: Uint8Array;
}

/**
 * A signer whose private key is held by a program or a token. Every answer is verified under the
 * public key before anything is made of it.
 *
 * @param told who answers, for messages: `the signer "/usr/local/bin/kms-sign"`
 * @param ask answers a DER ECDSA-Sig-Value (RFC 3279 §2.2.3), an RSASSA-PKCS1-v1_5 signature
 *   (RFC 8017 §8.2) or one of Ed25519 (RFC 8032 §5.1.6)
 * @throws MtlsError KEY_UNSUPPORTED at once; SIGNER_WRONG and what `ask` throws when it signs
 */
export function remoteSigner(
  publicKey: PublicKey,
  told: string,
  ask: (question: SignQuestion) => Promise<Uint8Array>,
): Signer {
  const algorithm = signatureAlgorithmFor(publicKey);
  return {
    publicKey,
    algorithm,
    async sign(message) {
      const input = algorithm.hash === null ? message : digest(algorithm.hash, message);
      const answer = await ask({ algorithm, input });
      if (verifySignature(algorithm, publicKey, message, answer)) return answer;
      throw new MtlsError(
        'SIGNER_WRONG',
        `what ${told} returned does not verify under the key of the CA`,
        {
          hint: whyNot(answer, publicKey),
          data: { algorithm: algorithm.name, octets: answer.length },
        },
      );
    },
  };
}

/** The usual mistakes, told by the looks of an answer. */
function whyNot(answer: Uint8Array, key: PublicKey): string {
  if (answer.every((octet) => (octet >= 0x20 && octet < 0x7f) || octet === 0x0a || octet === 0x0d))
    return 'it is text: return the octets of the signature themselves, not base64 or hexadecimal';
  const octets = Math.ceil((key.bits ?? 0) / 8);
  if (key.kind === 'ec' && answer.length === 2 * octets)
    return 'it looks like r and s side by side: return them in DER, as an ECDSA-Sig-Value';
  return `check that it uses the CA's key (${describeKey(key)}) and signs the digest as it is, unhashed`;
}
