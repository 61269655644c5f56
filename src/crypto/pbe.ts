// How the parts of a PKCS#12 key store are encrypted: PBES2, or its own schemes (RFC 7292 appendix C).
import { joinSecret, useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { Tag, enterWhole } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { DES_EDE3_CBC, decrypt } from './cipher.ts';
import { deriveKey, kdfName } from './kdf.ts';
import type { PasswordBudget } from './password-budget.ts';
import { OLD_SCHEMES, PBES2, readPbes2, type Pbes2 } from './pbes2.ts';
import { PURPOSE, bmpPassword, derivePkcs12, type Pkcs12Kdf } from './pkcs12-kdf.ts';
import { decryptRc2 } from './rc2.ts';

/** One passphrase as the schemes take it. */
export interface Pkcs12Password {
  /** PBES2, PBMAC1. */
  readonly utf8: Uint8Array;
  /** The schemes of PKCS#12. */
  readonly bmp: Uint8Array;
}

export function pkcs12Password(passphrase: Uint8Array): Pkcs12Password {
  return { utf8: passphrase, bmp: bmpPassword(passphrase) };
}

/** No passphrase, which is not the empty one: RFC 7292 B.1 gives that a terminator. */
export const NO_PASSWORD: Pkcs12Password = { utf8: new Uint8Array(), bmp: new Uint8Array() };

interface OldScheme {
  readonly keyLength: number;
  readonly decrypt: (key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array) => Uint8Array;
}

function tripleDes(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  if (key.length === 24) return decrypt(DES_EDE3_CBC, key, iv, encrypted);
  // Two keys are three of which the last is the first
  return useSecret(joinSecret(key, key.subarray(0, 8)), (whole) =>
    decrypt(DES_EDE3_CBC, whole, iv, encrypted),
  );
}

function rc2(effectiveBits: number): OldScheme['decrypt'] {
  return (key, iv, encrypted) => decryptRc2(key, effectiveBits, iv, encrypted);
}

/** Blocks of both ciphers, and so their initialisation vectors. */
const BLOCK = 8;

const SCHEMES: Readonly<Record<string, OldScheme>> = {
  '1.2.840.113549.1.12.1.3': { keyLength: 24, decrypt: tripleDes },
  '1.2.840.113549.1.12.1.4': { keyLength: 16, decrypt: tripleDes },
  '1.2.840.113549.1.12.1.5': { keyLength: 16, decrypt: rc2(128) },
  '1.2.840.113549.1.12.1.6': { keyLength: 5, decrypt: rc2(40) },
};

/** How something is encrypted, read and not yet decrypted. */
export interface Encryption {
  /** `PBES2 (AES-256-CBC, PBKDF2-HMAC-SHA256)`, `PBE-SHA1-RC2-40`. */
  readonly name: string;
  /**
   * @throws MtlsError PASSPHRASE_WRONG when the padding is not one; that it fits proves nothing.
   *   KEY_UNSUPPORTED when it costs too much, KEY_MALFORMED when it makes no sense.
   */
  readonly decrypt: (
    encrypted: Uint8Array,
    password: Pkcs12Password,
    budget: PasswordBudget,
  ) => Uint8Array;
}

/**
 * Reads an AlgorithmIdentifier of encryption under a passphrase.
 *
 * @throws MtlsError KEY_UNSUPPORTED, KEY_MALFORMED, DER_MALFORMED
 */
export function readEncryption(algorithmIdentifier: Uint8Array): Encryption {
  const algorithm = enterWhole(algorithmIdentifier);
  const oid = readOid(algorithm);
  if (oid === PBES2) return pbes2(readPbes2(algorithmIdentifier));
  const name = OLD_SCHEMES[oid] ?? `scheme ${oid}`;
  const scheme = Object.hasOwn(SCHEMES, oid) ? SCHEMES[oid] : undefined;
  if (scheme === undefined)
    throw new MtlsError(
      'KEY_UNSUPPORTED',
      `the key store is encrypted with ${name}, which is not read`,
      {
        hint: 'rewrite it where it was made, under AES-256',
      },
    );
  const kdf = readPkcs12Parameters(algorithm.next(Tag.Sequence).whole);
  algorithm.end();
  return {
    name,
    decrypt: (encrypted, { bmp }, budget) => {
      // Two derivations, of the key and of the vector; the key of 24 octets takes two hashes
      const hashes = Math.ceil(scheme.keyLength / 20) + 1;
      budget.spend({ kind: 'pkcs12', iterations: kdf.iterations * hashes });
      const iv = derivePkcs12(kdf, bmp, PURPOSE.iv, BLOCK);
      return useSecret(derivePkcs12(kdf, bmp, PURPOSE.key, scheme.keyLength), (key) =>
        scheme.decrypt(key, iv, encrypted),
      );
    },
  };
}

function pbes2({ kdf, cipher, iv }: Pbes2): Encryption {
  return {
    name: `PBES2 (${cipher.pemName}, ${kdfName(kdf)})`,
    decrypt: (encrypted, { utf8 }, budget) => {
      budget.spend(kdf);
      return useSecret(deriveKey(kdf, utf8, cipher.keyLength), (key) =>
        decrypt(cipher, key, iv, encrypted),
      );
    },
  };
}

/** pkcs-12PbeParams, RFC 7292 appendix C. */
function readPkcs12Parameters(parameters: Uint8Array): Pkcs12Kdf {
  const fields = enterWhole(parameters);
  const salt = fields.octetString();
  const iterations = fields.smallInteger();
  fields.end();
  if (iterations < 1)
    throw new MtlsError('KEY_MALFORMED', 'malformed key store: no round of key derivation');
  return { hash: 'sha1', salt, iterations };
}
