// What record protection of TLS 1.3 and of TLS 1.2 have in common: an AEAD, and keys from a secret.
import { createDecipheriv, createHmac } from 'node:crypto';
import { concatBytes } from '../base/bytes.ts';
import type { TlsRecord } from './records.ts';

/** What a record holds once it is opened. */
export interface Opened {
  readonly type: number;
  readonly content: Uint8Array;
}

/** The sending half of a connection; records are opened in their order. */
export interface Protection {
  /** Undefined when it does not open: another key, or bytes that were changed. */
  open(record: TlsRecord): Opened | undefined;
  /** The keys after a KeyUpdate (RFC 8446 §7.2). */
  next(): Protection | undefined;
}

export interface Aead {
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly keyLength: number;
  readonly hash: 'sha256' | 'sha384';
}

/** The AEAD of a suite by its name; undefined for what is not opened here, such as CBC and CCM. */
export function aeadOf(suite: string): Aead | undefined {
  const hash = suite.endsWith('_SHA384') ? 'sha384' : 'sha256';
  if (suite.includes('_AES_128_GCM_')) return { cipher: 'aes-128-gcm', keyLength: 16, hash };
  if (suite.includes('_AES_256_GCM_')) return { cipher: 'aes-256-gcm', keyLength: 32, hash };
  if (suite.includes('_CHACHA20_POLY1305_'))
    return { cipher: 'chacha20-poly1305', keyLength: 32, hash };
  return undefined;
}

const TAG = 16;

/** Opens one AEAD ciphertext with its tag at the end; undefined when the tag does not fit. */
export function openAead(
  { cipher }: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG) return undefined;
  // One signature for the three: Node types GCM and Poly1305 apart
  const decipher = createDecipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(-TAG));
  const plain = decipher.update(sealed.subarray(0, -TAG));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}

/** The nonce of TLS 1.3 and of ChaCha20 in TLS 1.2: the IV with the record's number (RFC 8446 §5.3). */
export function numberedNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = new Uint8Array(iv);
  const number = sequenceBytes(sequence);
  number.forEach((octet, position) => {
    const at = nonce.length - number.length + position;
    nonce[at] = (nonce[at] as number) ^ octet;
  });
  return nonce;
}

/** A record's number in eight octets. */
export function sequenceBytes(sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(sequence));
  return bytes;
}

export function hmac(
  hash: Aead['hash'],
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return createHmac(hash, key).update(concatBytes(parts)).digest();
}
