// Keys from passphrases. The cost stands in the file, so a hostile file could name any: it is
// bounded before the work begins.
import { hash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { joinSecret, useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';

export type PrfHash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

interface Pbkdf2 {
  readonly kind: 'pbkdf2';
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly hash: PrfHash;
}

interface Scrypt {
  readonly kind: 'scrypt';
  readonly salt: Uint8Array;
  /** N: a power of two. */
  readonly cost: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallelization: number;
}

export type Kdf = Pbkdf2 | Scrypt;

/** `PBKDF2-HMAC-SHA256`, `scrypt`. */
export function kdfName(kdf: Kdf): string {
  return kdf.kind === 'pbkdf2' ? `PBKDF2-HMAC-${kdf.hash.toUpperCase()}` : 'scrypt';
}

/** OWASP asks for 600,000 (2023); ten million take seconds and appear in no known tool. */
const MAX_ITERATIONS = 10_000_000;

/** OpenSSL 3.0 refuses more than 32 MiB by itself; other writers go up to 128. */
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024;

/** Memory walked over in all, p rounds of it: some seconds. */
const MAX_SCRYPT_WORK = 1024 * 1024 * 1024;

/**
 * Derives a key of so many octets.
 *
 * @throws MtlsError KEY_UNSUPPORTED when the cost is beyond bounds, KEY_MALFORMED when the
 *   parameters make no sense.
 */
export function deriveKey(kdf: Kdf, passphrase: Uint8Array, length: number): Uint8Array {
  return kdf.kind === 'pbkdf2'
    ? derivePbkdf2(kdf, passphrase, length)
    : deriveScrypt(kdf, passphrase, length);
}

function derivePbkdf2(kdf: Pbkdf2, passphrase: Uint8Array, length: number): Uint8Array {
  const { salt, iterations } = kdf;
  if (iterations < 1) throw badParameters('PBKDF2');
  if (iterations > MAX_ITERATIONS) throw tooDear(`${iterations} rounds of PBKDF2`);
  return pbkdf2Sync(passphrase, salt, iterations, length, kdf.hash);
}

function deriveScrypt(kdf: Scrypt, passphrase: Uint8Array, length: number): Uint8Array {
  const { salt, cost, blockSize, parallelization } = kdf;
  // RFC 7914 §2
  if (!isPowerOfTwo(cost) || blockSize < 1 || parallelization < 1) throw badParameters('scrypt');
  const memory = 128 * cost * blockSize;
  if (memory > MAX_SCRYPT_MEMORY || memory * parallelization > MAX_SCRYPT_WORK)
    throw tooDear(`scrypt over ${Math.ceil(memory / 2 ** 20)} MiB, ${parallelization} times`);
  // p blocks and two more of working space come on top of N.
  const maxmem = memory + 128 * blockSize * (parallelization + 2) + 1024;
  try {
    return scryptSync(passphrase, salt, length, { cost, blockSize, parallelization, maxmem });
  } catch {
    throw badParameters('scrypt');
  }
}

function isPowerOfTwo(value: number): boolean {
  return value > 1 && Number.isInteger(Math.log2(value));
}

function badParameters(name: string): MtlsError {
  return new MtlsError('KEY_MALFORMED', `malformed encrypted key: ${name} with bad parameters`);
}

function tooDear(what: string): MtlsError {
  return new MtlsError('KEY_UNSUPPORTED', `the encrypted key asks for ${what}, beyond bounds`);
}

/**
 * OpenSSL's EVP_BytesToKey with MD5 and one round: what traditional encrypted PEM uses, and the
 * only reason for MD5 here.
 */
export function deriveTraditional(
  passphrase: Uint8Array,
  salt: Uint8Array,
  length: number,
): Uint8Array {
  let key: Uint8Array = new Uint8Array(0);
  let last: Uint8Array = new Uint8Array(0);
  while (key.length < length) {
    last = useSecret(joinSecret(last, passphrase, salt), md5);
    key = useSecret(key, (before) => joinSecret(before, last));
  }
  last.fill(0);
  return key.subarray(0, length);
}

function md5(bytes: Uint8Array): Uint8Array {
  try {
    return hash('md5', bytes, 'buffer');
  } catch (cause) {
    throw new MtlsError('KEY_UNSUPPORTED', 'this Node has no MD5 to read traditional PEM with', {
      hint: 'rewrite the key: openssl pkcs8 -topk8 -in old.key -out new.key',
      cause,
    });
  }
}
