// Records of TLS 1.2 after ChangeCipherSpec, opened with the session's master secret: an alert that
// comes late would be a number of bytes only (RFC 5246 §6.2.3.3, RFC 5288, RFC 7905).
import { concatBytes, fromHex, toUtf8 } from '../base/bytes.ts';
import type { TlsRecord } from './records.ts';
import {
  hmac,
  numberedNonce,
  openAead,
  sequenceBytes,
  type Aead,
  type Protection,
} from './records-protection.ts';

/** P_hash (RFC 5246 §5). */
function expand(
  hash: Aead['hash'],
  secret: Uint8Array,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const blocks: Uint8Array[] = [];
  let round = seed;
  for (let made = 0; made < length; made += blocks.at(-1)?.length ?? length) {
    round = hmac(hash, secret, round);
    blocks.push(hmac(hash, secret, round, seed));
  }
  return concatBytes(blocks).subarray(0, length);
}

export interface Session12 {
  readonly aead: Aead;
  readonly masterSecret: Uint8Array;
  /** Hexadecimal, of the hellos. */
  readonly clientRandom: string;
  readonly serverRandom: string;
}

/** Both directions from the key block (RFC 5246 §6.3). */
export function protections12({ aead, masterSecret, clientRandom, serverRandom }: Session12): {
  readonly client: Protection;
  readonly server: Protection;
} {
  const { keyLength, cipher } = aead;
  // RFC 5288 §3 keeps four octets secret, RFC 7905 §2 twelve
  const ivLength = cipher === 'chacha20-poly1305' ? 12 : 4;
  const seed = concatBytes([
    toUtf8('key expansion'),
    fromHex(serverRandom) ?? new Uint8Array(0),
    fromHex(clientRandom) ?? new Uint8Array(0),
  ]);
  const block = expand(aead.hash, masterSecret, seed, 2 * (keyLength + ivLength));
  const part = (start: number, length: number) => block.subarray(start, start + length);
  const ivs = 2 * keyLength;
  return {
    client: protection12(aead, part(0, keyLength), part(ivs, ivLength)),
    server: protection12(aead, part(keyLength, keyLength), part(ivs + ivLength, ivLength)),
  };
}

function protection12(aead: Aead, key: Uint8Array, iv: Uint8Array): Protection {
  const explicit = aead.cipher === 'chacha20-poly1305' ? 0 : 8;
  let sequence = 0;
  return {
    open({ type, header, fragment }: TlsRecord) {
      const sealed = fragment.subarray(explicit);
      const nonce =
        explicit === 0
          ? numberedNonce(iv, sequence)
          : concatBytes([iv, fragment.subarray(0, explicit)]);
      const length = sealed.length - 16;
      if (length < 0 || fragment.length < explicit) return undefined;
      const additional = concatBytes([
        sequenceBytes(sequence),
        header.subarray(0, 3),
        Uint8Array.of(length >> 8, length & 0xff),
      ]);
      sequence += 1;
      const content = openAead(aead, key, nonce, additional, sealed);
      return content && { type, content };
    },
    next: () => undefined,
  };
}
