// RC2 in CBC mode (RFC 2268), to read what old tools wrote: OpenSSL 3 and Node have it no longer.
import { secretBytes, useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { passphraseWrong } from './cipher.ts';

const BLOCK = 8;

// RFC 2268 §2: bytes of the expansion of pi, a permutation of 0 to 255.
const PI_TABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

/** Places that a word is turned by, the first of a block's four words and so on. */
const TURNS = [1, 2, 3, 5] as const;

/**
 * Decrypts and takes the padding off.
 *
 * @param effectiveBits of the key, RFC 2268 §2
 * @throws MtlsError PASSPHRASE_WRONG when the padding is not one; that it fits proves nothing.
 *   KEY_MALFORMED when the lengths cannot be.
 */
export function decryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array {
  if (iv.length !== BLOCK || encrypted.length === 0 || encrypted.length % BLOCK !== 0)
    throw new MtlsError('KEY_MALFORMED', 'malformed encrypted key: not whole cipher blocks');
  const words = expandKey(key, effectiveBits);
  const plain = secretBytes(encrypted.length);
  let before = iv;
  for (let at = 0; at < encrypted.length; at += BLOCK) {
    const block = encrypted.subarray(at, at + BLOCK);
    decryptBlock(words, block).forEach((octet, i) => {
      plain[at + i] = octet ^ (before[i] as number);
    });
    before = block;
  }
  words.fill(0);
  const padding = plain[plain.length - 1] as number;
  const end = plain.length - padding;
  if (padding < 1 || padding > BLOCK || plain.subarray(end).some((octet) => octet !== padding))
    throw passphraseWrong();
  return plain.subarray(0, end);
}

/** RFC 2268 §2: 64 words of 16 bits. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const pi = (index: number): number => PI_TABLE[index & 0xff] as number;
  const bytes = secretBytes(128);
  const at = (index: number): number => bytes[index] as number;
  bytes.set(key);
  for (let i = key.length; i < 128; i++) bytes[i] = pi(at(i - 1) + at(i - key.length));
  const length = Math.ceil(effectiveBits / 8);
  bytes[128 - length] = pi(at(128 - length) & (0xff >> (8 * length - effectiveBits)));
  for (let i = 127 - length; i >= 0; i--) bytes[i] = pi(at(i + 1) ^ at(i + length));
  return useSecret(bytes, () =>
    Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8)),
  );
}

/** RFC 2268 §4. */
function decryptBlock(key: Uint16Array, block: Uint8Array): Uint8Array {
  const words = [0, 1, 2, 3].map(
    (i) => (block[2 * i] as number) | ((block[2 * i + 1] as number) << 8),
  );
  const word = (i: number): number => words[i & 3] as number;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const turn = TURNS[i] as number;
      const turned = (word(i) >>> turn) | (word(i) << (16 - turn));
      const mixed = (word(i - 1) & word(i - 2)) + (~word(i - 1) & word(i - 3));
      words[i] = (turned - (key[4 * round + i] as number) - mixed) & 0xffff;
    }
    // Mashing stands between the fifth and the sixth round, and the eleventh and the twelfth
    if (round === 11 || round === 5)
      for (let i = 3; i >= 0; i--)
        words[i] = (word(i) - (key[word(i - 1) & 63] as number)) & 0xffff;
  }
  return Uint8Array.from(words.flatMap((value) => [value & 0xff, value >>> 8]));
}
