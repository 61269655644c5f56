// What proves that a PKCS#12 key store is whole, and that the passphrase is its own: a MAC over its
// content (RFC 7292 §4, appendix A), or PBMAC1 (RFC 9579).
import { createHmac, timingSafeEqual } from 'node:crypto';
import { useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import type { DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { deriveKey, kdfName, type PrfHash } from './kdf.ts';
import type { PasswordBudget } from './password-budget.ts';
import { PRFS, readKdf } from './pbes2.ts';
import type { Pkcs12Password } from './pbe.ts';
import { PURPOSE, derivePkcs12 } from './pkcs12-kdf.ts';

const PBMAC1 = '1.2.840.113549.1.5.14';

const HASHES: Readonly<Record<string, PrfHash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const HASH_LENGTHS: Readonly<Record<PrfHash, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** RFC 9579 §5: shorter keys are refused. */
const MIN_KEY_LENGTH = 20;
/** OpenSSL's bound: keys longer than the longest hash add nothing to an HMAC. */
const MAX_KEY_LENGTH = 64;

export interface StoreMac {
  /** `HMAC-SHA256`, `PBMAC1 (HMAC-SHA256, PBKDF2-HMAC-SHA256)`. */
  readonly algorithm: string;
  /** Rounds of key derivation; undefined for scrypt. */
  readonly iterations: number | undefined;
  /** Whether the MAC over this content is that of the passphrase. Throws KEY_UNSUPPORTED. */
  readonly verify: (
    content: Uint8Array,
    password: Pkcs12Password,
    budget: PasswordBudget,
  ) => boolean;
}

/**
 * Reads MacData.
 *
 * @throws MtlsError KEY_UNSUPPORTED, KEY_MALFORMED, DER_MALFORMED
 */
export function readStoreMac(fields: DerReader): StoreMac {
  const info = fields.enter();
  const algorithm = info.enter();
  const expected = info.octetString();
  info.end();
  const salt = fields.octetString();
  const iterations = fields.done ? 1 : fields.smallInteger();
  fields.end();

  const oid = readOid(algorithm);
  if (oid === PBMAC1) return readPbmac1(algorithm, expected);
  const hash = Object.hasOwn(HASHES, oid) ? HASHES[oid] : undefined;
  if (hash === undefined)
    throw new MtlsError('KEY_UNSUPPORTED', `the key store has a MAC of ${oid}, which is not read`);
  if (!algorithm.done) algorithm.null();
  algorithm.end();
  if (iterations < 1) throw malformed('no round of key derivation');
  return {
    algorithm: `HMAC-${hash.toUpperCase()}`,
    iterations,
    verify: (content, { bmp }, budget) => {
      budget.spend({ kind: 'pkcs12', iterations });
      const kdf = { hash, salt, iterations };
      return useSecret(derivePkcs12(kdf, bmp, PURPOSE.mac, HASH_LENGTHS[hash]), (key) =>
        isMac(hash, key, content, expected),
      );
    },
  };
}

/** PBMAC1-params, RFC 8018 A.5; salt and rounds of MacData mean nothing, RFC 9579 §4. */
function readPbmac1(algorithm: DerReader, expected: Uint8Array): StoreMac {
  const parameters = algorithm.enter();
  algorithm.end();
  const derivation = parameters.enter();
  const scheme = parameters.enter();
  parameters.end();
  const oid = readOid(scheme);
  if (!scheme.done) scheme.null();
  scheme.end();
  const hash = Object.hasOwn(PRFS, oid) ? PRFS[oid] : undefined;
  if (hash === undefined)
    throw new MtlsError(
      'KEY_UNSUPPORTED',
      `the key store has a PBMAC1 of ${oid}, which is not read`,
    );
  const { kdf, keyLength } = readKdf(derivation);
  // RFC 9579 §4: there is no other way to learn it
  if (keyLength === undefined) throw malformed('PBMAC1 without the length of its key');
  if (keyLength < MIN_KEY_LENGTH || keyLength > MAX_KEY_LENGTH)
    throw malformed(`PBMAC1 with a key of ${keyLength} bytes`);
  return {
    algorithm: `PBMAC1 (HMAC-${hash.toUpperCase()}, ${kdfName(kdf)})`,
    iterations: kdf.kind === 'pbkdf2' ? kdf.iterations : undefined,
    verify: (content, { utf8 }, budget) => {
      budget.spend(kdf);
      return useSecret(deriveKey(kdf, utf8, keyLength), (key) =>
        isMac(hash, key, content, expected),
      );
    },
  };
}

function isMac(hash: PrfHash, key: Uint8Array, content: Uint8Array, expected: Uint8Array): boolean {
  const found = createHmac(hash, key).update(content).digest();
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function malformed(what: string): MtlsError {
  return new MtlsError('KEY_MALFORMED', `malformed key store: ${what}`);
}
