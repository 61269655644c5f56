// A long secret in pieces under a passphrase: each piece sealed by itself, none to be moved, left
// out or cut off (the STREAM construction: counter and end in the nonce).
import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { bytesEqual, joinSecret, toUtf8, useSecret } from '../base/bytes.ts';
import { deriveKey } from './kdf.ts';

/** PBKDF2-HMAC-SHA256 rounds, as for keys; part of the format, so that no file asks for more. */
const ROUNDS = 600_000;
const CIPHER = 'aes-256-gcm';
const TAG_LENGTH = 16;

/** Octets of the salt, which is fresh for each seal, and of the mark of the right passphrase. */
export const SALT_LENGTH = 16;
export const CHECK_LENGTH = 16;
/** What sealing adds to each piece. */
export const SEAL_OVERHEAD = TAG_LENGTH;

/** The keys of one sealed whole. */
export interface Seal {
  readonly key: KeyObject;
  /** Tells a wrong passphrase from damage, and nothing of the key. */
  readonly check: Uint8Array;
}

/** Derives what seals under a passphrase and a salt; takes a tenth of a second or more. */
export function sealOf(passphrase: Uint8Array, salt: Uint8Array): Seal {
  const root = deriveKey(
    { kind: 'pbkdf2', salt, iterations: ROUNDS, hash: 'sha256' },
    passphrase,
    32,
  );
  const part = (label: string): Buffer => createHmac('sha256', root).update(toUtf8(label)).digest();
  const key = part('mtls seal key');
  try {
    return {
      key: createSecretKey(key),
      check: new Uint8Array(part('mtls seal check').subarray(0, CHECK_LENGTH)),
    };
  } finally {
    key.fill(0);
    root.fill(0);
  }
}

/** Whether a passphrase gave the seal that this mark was made with. */
export function opensSeal(seal: Seal, check: Uint8Array): boolean {
  return bytesEqual(seal.check, check);
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/**
 * Seals one piece.
 *
 * @param index of the piece, from 0
 * @param context what the pieces belong to, such as a file's header; unchanged or not to be opened
 */
export function sealPiece(
  { key }: Seal,
  piece: Uint8Array,
  index: number,
  last: boolean,
  context: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonceOf(index, last), { authTagLength: TAG_LENGTH });
  cipher.setAAD(context);
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

/** Opens one piece; undefined when it is not the one that was sealed there. */
export function openPiece(
  { key }: Seal,
  sealed: Uint8Array,
  index: number,
  last: boolean,
  context: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG_LENGTH) return undefined;
  const cipher = createDecipheriv(CIPHER, key, nonceOf(index, last), { authTagLength: TAG_LENGTH });
  cipher.setAAD(context);
  cipher.setAuthTag(sealed.subarray(-TAG_LENGTH));
  try {
    return useSecret(cipher.update(sealed.subarray(0, -TAG_LENGTH)), (piece) => {
      // Of GCM it is empty, and throws where the tag is another
      cipher.final();
      return joinSecret(piece);
    });
  } catch {
    return undefined;
  }
}
