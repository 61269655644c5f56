// What one file may cost by naming rounds of key derivation: a hostile one names any, many times.
import { MtlsError } from '../base/errors.ts';
import type { Kdf } from './kdf.ts';

/**
 * In rounds of PBKDF2, of which a core does about two million a second. OpenSSL writes 2,048 for
 * each part of a store, Java 10,000 or 100,000, GnuTLS 600,000; those must stay readable while
 * several passphrases are tried.
 */
const MAX_ROUNDS = 16_000_000;

/** Its rounds are single calls from here, which PBKDF2's are not. */
const PKCS12_ROUND = 4;

/** Octets of memory that scrypt walks over in the time of one round. */
const SCRYPT_ROUND = 128;

/** Counts what is derived; throws KEY_UNSUPPORTED when it becomes too much. */
export class PasswordBudget {
  #left = MAX_ROUNDS;

  spend(kdf: Kdf | { readonly kind: 'pkcs12'; readonly iterations: number }): void {
    this.#left -= costOf(kdf);
    if (this.#left >= 0) return;
    throw new MtlsError(
      'KEY_UNSUPPORTED',
      'the key store asks for more rounds of key derivation than are done for one file',
      {
        hint: `at most ${MAX_ROUNDS} rounds of PBKDF2, or ${MAX_ROUNDS / PKCS12_ROUND} of PKCS#12`,
      },
    );
  }
}

function costOf(kdf: Parameters<PasswordBudget['spend']>[0]): number {
  switch (kdf.kind) {
    case 'pkcs12':
      return kdf.iterations * PKCS12_ROUND;
    case 'pbkdf2':
      return kdf.iterations;
    case 'scrypt':
      return (128 * kdf.cost * kdf.blockSize * kdf.parallelization) / SCRYPT_ROUND;
  }
}
