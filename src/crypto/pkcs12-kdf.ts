// The key derivation of PKCS#12 (RFC 7292 appendix B), and passphrases as it takes them.
import { hash } from 'node:crypto';
import { fromUtf8, joinSecret, secretBytes, useSecret } from '../base/bytes.ts';
import type { PrfHash } from './kdf.ts';

/** Octets of a hash and of its input blocks: u and v of B.2. */
const SIZES: Readonly<Record<PrfHash, readonly [number, number]>> = {
  sha1: [20, 64],
  sha224: [28, 64],
  sha256: [32, 64],
  sha384: [48, 128],
  sha512: [64, 128],
};

/** What the octets are for, B.3. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

export interface Pkcs12Kdf {
  readonly hash: PrfHash;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/**
 * Derives so many octets. The caller bounds the iterations: each is a hash, one after the other.
 *
 * @param password as `bmpPassword` writes it; no octets at all where there is none
 */
export function derivePkcs12(
  { hash: name, salt, iterations }: Pkcs12Kdf,
  password: Uint8Array,
  purpose: (typeof PURPOSE)[keyof typeof PURPOSE],
  length: number,
): Uint8Array {
  const [size, block] = SIZES[name];
  const diversifier = new Uint8Array(block).fill(purpose);
  const derived = secretBytes(Math.ceil(length / size) * size);
  const repeated = useSecret(filled(password, block), (filling) =>
    joinSecret(filled(salt, block), filling),
  );
  useSecret(repeated, (input) => {
    for (let at = 0; at < length; at += size) {
      let round: Uint8Array = joinSecret(diversifier, input);
      for (let i = 0; i < iterations; i++)
        round = useSecret(round, (before) => hash(name, before, 'buffer'));
      derived.set(round, at);
      const addend = useSecret(round, (last) => filled(last, block));
      useSecret(addend, (all) => {
        addToBlocks(input, all.subarray(0, block), block);
      });
    }
  });
  return derived.subarray(0, length);
}

/** Repeated up to whole blocks; nothing stays nothing. */
function filled(bytes: Uint8Array, block: number): Uint8Array {
  const all = secretBytes(Math.ceil(bytes.length / block) * block);
  for (let at = 0; at < all.length; at += bytes.length)
    all.set(bytes.subarray(0, all.length - at), at);
  return all;
}

/** B.2 step 6 C: to each block its sum with `addend` and 1, modulo its size. */
function addToBlocks(input: Uint8Array, addend: Uint8Array, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let i = block - 1; i >= 0; i--) {
      carry += (input[start + i] as number) + (addend[i] as number);
      input[start + i] = carry & 0xff;
      carry >>>= 8;
    }
  }
}

/**
 * A passphrase as a BMPString with its terminator, B.1. Bytes that are no UTF-8 are read as
 * Latin-1, as OpenSSL does.
 */
export function bmpPassword(passphrase: Uint8Array): Uint8Array {
  const text = fromUtf8(passphrase) ?? Buffer.from(passphrase).toString('latin1');
  return useSecret(Buffer.from(`${text}\0`, 'utf16le').swap16(), (bytes) => joinSecret(bytes));
}
