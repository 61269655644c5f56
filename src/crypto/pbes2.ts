// PBES2 (RFC 8018 §6.2): how PKCS#8 and PKCS#12 encrypt under a passphrase.
import { useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { Tag, enterWhole, type DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import * as der from '../asn1/writer.ts';
import { AES_256_CBC, CIPHERS, decrypt, encrypt, type Cipher } from './cipher.ts';
import { deriveKey, type Kdf, type PrfHash } from './kdf.ts';
import { randomBytes } from './random.ts';

export const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const HMAC_SHA256 = '1.2.840.113549.2.9';

/** HMACs by their identifier: of PBKDF2 and of PBMAC1. */
export const PRFS: Readonly<Record<string, PrfHash>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [HMAC_SHA256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

// RFC 8018 A.3, RFC 7292 C: broken or outdated, named only to say what was found.
export const OLD_SCHEMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.5.3': 'PBE-MD5-DES',
  '1.2.840.113549.1.5.10': 'PBE-SHA1-DES',
  '1.2.840.113549.1.12.1.1': 'PBE-SHA1-RC4-128',
  '1.2.840.113549.1.12.1.2': 'PBE-SHA1-RC4-40',
  '1.2.840.113549.1.12.1.3': 'PBE-SHA1-3DES',
  '1.2.840.113549.1.12.1.4': 'PBE-SHA1-2DES',
  '1.2.840.113549.1.12.1.5': 'PBE-SHA1-RC2-128',
  '1.2.840.113549.1.12.1.6': 'PBE-SHA1-RC2-40',
};

/** What we write: OWASP's count for PBKDF2-HMAC-SHA256 (2023). */
const ITERATIONS = 600_000;
const SALT_LENGTH = 16;

/**
 * Decrypts what an AlgorithmIdentifier says was encrypted under PBES2.
 *
 * @throws MtlsError KEY_UNSUPPORTED, PASSPHRASE_WRONG, KEY_MALFORMED, DER_MALFORMED
 */
export function decryptPbes2(
  algorithmIdentifier: Uint8Array,
  encrypted: Uint8Array,
  passphrase: Uint8Array,
): Uint8Array {
  const { kdf, cipher, iv } = readPbes2(algorithmIdentifier);
  return useSecret(deriveKey(kdf, passphrase, cipher.keyLength), (key) =>
    decrypt(cipher, key, iv, encrypted),
  );
}

export interface Pbes2 {
  readonly kdf: Kdf;
  readonly cipher: Cipher;
  readonly iv: Uint8Array;
}

/**
 * What an AlgorithmIdentifier of PBES2 says.
 *
 * @throws MtlsError KEY_UNSUPPORTED, KEY_MALFORMED, DER_MALFORMED
 */
export function readPbes2(algorithmIdentifier: Uint8Array): Pbes2 {
  const algorithm = enterWhole(algorithmIdentifier);
  const scheme = readOid(algorithm);
  if (scheme !== PBES2) throw unsupported(OLD_SCHEMES[scheme] ?? `scheme ${scheme}`);
  const parameters = algorithm.enter();
  algorithm.end();
  const derivation = parameters.enter();
  const encryption = parameters.enter();
  parameters.end();

  const cipherOid = readOid(encryption);
  const cipher = CIPHERS.find((known) => known.oid === cipherOid);
  if (cipher === undefined) throw unsupported(`cipher ${cipherOid}`);
  const iv = encryption.octetString();
  encryption.end();

  const { kdf, keyLength } = readKdf(derivation);
  if (keyLength !== undefined && keyLength !== cipher.keyLength)
    throw new MtlsError(
      'KEY_MALFORMED',
      'malformed encrypted key: key length does not fit the cipher',
    );
  return { kdf, cipher, iv };
}

interface StatedKdf {
  readonly kdf: Kdf;
  readonly keyLength: number | undefined;
}

/** The key derivation of PBES2 and PBMAC1. Throws KEY_UNSUPPORTED, DER_MALFORMED. */
export function readKdf(algorithm: DerReader): StatedKdf {
  const oid = readOid(algorithm);
  if (oid !== PBKDF2 && oid !== SCRYPT) throw unsupported(`key derivation ${oid}`);
  const fields = algorithm.enter();
  algorithm.end();
  const stated = oid === PBKDF2 ? readPbkdf2(fields) : readScrypt(fields);
  fields.end();
  return stated;
}

/** PBKDF2-params (RFC 8018 A.2). */
function readPbkdf2(fields: DerReader): StatedKdf {
  const salt = fields.octetString();
  const iterations = fields.smallInteger();
  const keyLength = fields.peek() === Tag.Integer ? fields.smallInteger() : undefined;
  let hash: PrfHash | undefined = 'sha1';
  if (!fields.done) {
    const prf = fields.enter();
    const oid = readOid(prf);
    hash = PRFS[oid];
    if (hash === undefined) throw unsupported(`PBKDF2 function ${oid}`);
    if (!prf.done) prf.null();
    prf.end();
  }
  return { kdf: { kind: 'pbkdf2', salt, iterations, hash }, keyLength };
}

/** scrypt-params (RFC 7914 §7.1). */
function readScrypt(fields: DerReader): StatedKdf {
  const salt = fields.octetString();
  const cost = fields.smallInteger();
  const blockSize = fields.smallInteger();
  const parallelization = fields.smallInteger();
  const keyLength = fields.done ? undefined : fields.smallInteger();
  return { kdf: { kind: 'scrypt', salt, cost, blockSize, parallelization }, keyLength };
}

/** Encrypts with AES-256-CBC under PBKDF2-HMAC-SHA256, which every OpenSSL since 1.1 reads. */
export function encryptPbes2(
  plain: Uint8Array,
  passphrase: Uint8Array,
): { readonly algorithmIdentifier: Uint8Array; readonly encrypted: Uint8Array } {
  const cipher = AES_256_CBC;
  const salt = randomBytes(SALT_LENGTH);
  const iv = randomBytes(cipher.blockLength);
  const kdf: Kdf = { kind: 'pbkdf2', salt, iterations: ITERATIONS, hash: 'sha256' };
  const encrypted = useSecret(deriveKey(kdf, passphrase, cipher.keyLength), (key) =>
    encrypt(cipher, key, iv, plain),
  );
  const derivation = der.sequence(
    der.oid(PBKDF2),
    der.sequence(
      der.octetString(salt),
      der.integer(ITERATIONS),
      der.sequence(der.oid(HMAC_SHA256), der.nullValue()),
    ),
  );
  const encryption = der.sequence(der.oid(cipher.oid), der.octetString(iv));
  const algorithmIdentifier = der.sequence(der.oid(PBES2), der.sequence(derivation, encryption));
  return { algorithmIdentifier, encrypted };
}

function unsupported(what: string): MtlsError {
  return new MtlsError('KEY_UNSUPPORTED', `the key is encrypted with ${what}, which is not read`, {
    hint: 'rewrite it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key',
  });
}
