// Hashes, and the key identifiers made of them.
import { hash } from 'node:crypto';

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export function digest(name: HashName, bytes: Uint8Array): Uint8Array {
  return hash(name, bytes, 'buffer');
}

/**
 * A subject key identifier of 20 octets over the content of subjectPublicKey:
 * the leftmost 160 bits of SHA-256 (RFC 7093 §2 method 1), or SHA-1 (RFC 5280 §4.2.1.2 (1)).
 */
export function keyIdentifier(
  keyBits: Uint8Array,
  method: 'sha256' | 'sha1' = 'sha256',
): Uint8Array {
  return digest(method, keyBits).subarray(0, 20);
}
