// Records of TLS 1.3 opened with the session's own secrets (RFC 8446 §5.2, §7.1–7.3).
import { concatBytes, toUtf8 } from '../base/bytes.ts';
import type { TlsRecord } from './records.ts';
import {
  hmac,
  numberedNonce,
  openAead,
  type Aead,
  type Opened,
  type Protection,
} from './records-protection.ts';

/** HKDF-Expand-Label (RFC 8446 §7.1) with an empty context. */
export function expandLabel(
  hash: Aead['hash'],
  secret: Uint8Array,
  label: string,
  length: number,
): Uint8Array {
  const text = toUtf8(`tls13 ${label}`);
  const info = concatBytes([
    Uint8Array.of(length >> 8, length & 0xff, text.length),
    text,
    Uint8Array.of(0),
  ]);
  // One block is as long as the hash, and nothing longer is asked for (RFC 5869 §2.3)
  return hmac(hash, secret, info, Uint8Array.of(1)).subarray(0, length);
}

/** Key and IV of one direction (RFC 8446 §7.3). */
export function trafficKeys(
  aead: Aead,
  secret: Uint8Array,
): { readonly key: Uint8Array; readonly iv: Uint8Array } {
  return {
    key: expandLabel(aead.hash, secret, 'key', aead.keyLength),
    iv: expandLabel(aead.hash, secret, 'iv', 12),
  };
}

/** Opens the records that a traffic secret protects, from the first on. */
export function protection13(aead: Aead, secret: Uint8Array): Protection {
  const { key, iv } = trafficKeys(aead, secret);
  let sequence = 0;
  return {
    open({ header, fragment }: TlsRecord): Opened | undefined {
      const plain = openAead(aead, key, numberedNonce(iv, sequence), header, fragment);
      sequence += 1;
      return plain && innerOf(plain);
    },
    next: () => protection13(aead, nextSecret(aead, secret)),
  };
}

/** RFC 8446 §7.2. */
function nextSecret({ hash }: Aead, secret: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, 'traffic upd', secret.length);
}

/** Content, its type, then zeros (RFC 8446 §5.4); undefined for zeros alone. */
function innerOf(plain: Uint8Array): Opened | undefined {
  let end = plain.length - 1;
  while (end >= 0 && plain[end] === 0) end -= 1;
  const type = plain[end];
  return type === undefined ? undefined : { type, content: plain.subarray(0, end) };
}
