// The signed end of a commit.
import { concatBytes, fromBase64, toBase64, toUtf8 } from '../base/bytes.ts';
import { readSignatureAlgorithm } from '../crypto/algorithms.ts';
import { digest } from '../crypto/digest.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { HeadEntry } from './events.ts';
import { encodeLine } from './line.ts';

/**
 * What stands before a head under its signature. The same key signs certificates and CRLs, whose
 * first octet is 0x30: nothing that begins with this text can be one.
 */
const DOMAIN = toUtf8('mtls journal head 1\n');
const SIGNATURE_FIELD = ',"signature":"';

/** SHA-256 of a key's SubjectPublicKeyInfo, base64url: how heads name their signer. */
export function keyMark(key: PublicKey): string {
  return Buffer.from(digest('sha256', key.spki)).toString('base64url');
}

/** Writes and signs a head's line, without its newline. */
export async function signHead(
  line: { readonly n: number; readonly prev: string },
  head: Omit<HeadEntry, 'type' | 'key' | 'algorithm' | 'signature'>,
  signer: Signer,
): Promise<Uint8Array> {
  const whole = encodeLine({
    ...line,
    entry: {
      type: 'head',
      ...head,
      key: keyMark(signer.publicKey),
      algorithm: toBase64(signer.algorithm.identifier),
      signature: '',
    },
  });
  const signed = whole.slice(0, whole.lastIndexOf(SIGNATURE_FIELD));
  const signature = await signer.sign(concatBytes([DOMAIN, toUtf8(signed)]));
  return toUtf8(`${signed}${SIGNATURE_FIELD}${toBase64(signature)}"}`);
}

/** Whether a head's line was signed by a key; `bytes` is the line without its newline. */
export function verifyHead(bytes: Uint8Array, head: HeadEntry, key: PublicKey): boolean {
  if (head.key !== keyMark(key)) return false;
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = line.lastIndexOf(SIGNATURE_FIELD);
  const identifier = fromBase64(head.algorithm);
  const signature = fromBase64(head.signature);
  if (end === -1 || identifier === undefined || signature === undefined) return false;
  // Nothing may stand behind the signature, outside of what it covers.
  if (line.length !== end + SIGNATURE_FIELD.length + head.signature.length + 2) return false;
  const algorithm = readSignatureAlgorithm(identifier);
  if (algorithm === undefined) return false;
  return verifySignature(algorithm, key, concatBytes([DOMAIN, line.subarray(0, end)]), signature);
}
