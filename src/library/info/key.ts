// A public key in plain data.
import { toHex } from '../../base/bytes.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { spkiFingerprint, spkiPin } from '../../x509/fingerprint.ts';

/** A public key, alone or of a private one. */
export interface KeyInfo {
  /** `ECDSA P-256`, `RSA 2048 bits`, `Ed25519` … */
  readonly key: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal: the same for whatever holds this key. */
  readonly spkiSha256: string;
  /** The same as curl's `--pinnedpubkey` takes it: `sha256//` and base64. */
  readonly pin: string;
}

export function keyInfo(key: PublicKey): KeyInfo {
  return { key: describeKey(key), spkiSha256: toHex(spkiFingerprint(key)), pin: spkiPin(key) };
}
