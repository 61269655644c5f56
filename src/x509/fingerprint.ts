// Fingerprints of certificates and keys, as people compare them.
import { toBase64 } from '../base/bytes.ts';
import { digest } from '../crypto/digest.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import type { Certificate } from './certificate.ts';

/** Hash over the whole certificate, as `openssl x509 -fingerprint` gives it. */
export function fingerprint(
  certificate: Pick<Certificate, 'der'>,
  hash: 'sha256' | 'sha1' = 'sha256',
): Uint8Array {
  return digest(hash, certificate.der);
}

/** SHA-256 over the SubjectPublicKeyInfo: one key, one value, whatever carries it. */
export function spkiFingerprint(key: Pick<PublicKey, 'spki'>): Uint8Array {
  return digest('sha256', key.spki);
}

/** The fingerprint of a key as curl's `--pinnedpubkey` takes it: `sha256//` and base64. */
export function spkiPin(key: Pick<PublicKey, 'spki'>): string {
  return `sha256//${toBase64(spkiFingerprint(key))}`;
}
