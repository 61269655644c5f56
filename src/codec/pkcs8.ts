// Private keys in and out of files: every form that openssl writes is read, PKCS#8 is written.
import { MtlsError } from '../base/errors.ts';
import { fromHex, toUtf8, useSecret } from '../base/bytes.ts';
import { hideLongWords, quoteForeign } from '../base/text.ts';
import { Tag, enterWhole, readWhole } from '../asn1/reader.ts';
import * as der from '../asn1/writer.ts';
import { CIPHERS, decrypt, passphraseWrong } from '../crypto/cipher.ts';
import { deriveTraditional } from '../crypto/kdf.ts';
import {
  pkcs8Of,
  privateKeyFromPkcs1,
  privateKeyFromPkcs8,
  privateKeyFromSec1,
  type PrivateKey,
} from '../crypto/key.ts';
import { decryptPbes2, encryptPbes2 } from '../crypto/pbes2.ts';
import { encodePem, type PemBlock } from './pem.ts';

/** Answers the passphrase, or undefined where none was given; called only for encrypted keys. */
export type PassphraseSource = () => string | Uint8Array | undefined;

/** The encodings of a private key, told apart by structure. */
export type PrivateKeyForm = 'pkcs8' | 'encrypted-pkcs8' | 'sec1' | 'pkcs1';

/** Whether a PEM label announces a private key, one that is read or one that is named in an error. */
export function isPrivateKeyLabel(label: string): boolean {
  return label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY');
}

/** Whether a passphrase is needed to read this key. */
export function isEncryptedKey(input: PemBlock | Uint8Array): boolean {
  if (!(input instanceof Uint8Array) && input.headers.has('DEK-Info')) return true;
  return privateKeyForm(derOf(input)) === 'encrypted-pkcs8';
}

/** Tells the form of a private key by its first fields; undefined where it is none. */
export function privateKeyForm(bytes: Uint8Array): PrivateKeyForm | undefined {
  try {
    const fields = enterWhole(bytes);
    const first = fields.next();
    const second = fields.next().tag;
    if (first.tag === Tag.Sequence)
      return second === Tag.OctetString && fields.done ? 'encrypted-pkcs8' : undefined;
    if (first.tag !== Tag.Integer) return undefined;
    if (second === Tag.OctetString) return 'sec1';
    if (fields.done) return undefined;
    const third = fields.next().tag;
    if (second === Tag.Sequence) return third === Tag.OctetString ? 'pkcs8' : undefined;
    return second === Tag.Integer && third === Tag.Integer ? 'pkcs1' : undefined;
  } catch (error) {
    if (error instanceof MtlsError) return undefined;
    throw error;
  }
}

function derOf(input: PemBlock | Uint8Array): Uint8Array {
  return input instanceof Uint8Array ? input : input.bytes;
}

/**
 * Reads a private key from a PEM block or from DER: PKCS#8, encrypted PKCS#8 (PBES2), SEC1,
 * PKCS#1, and OpenSSL's traditional encrypted PEM. The structure decides, not the label.
 *
 * @throws MtlsError PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MALFORMED, KEY_UNSUPPORTED
 */
export function readPrivateKey(
  input: PemBlock | Uint8Array,
  passphrase?: PassphraseSource,
): PrivateKey {
  if (input instanceof Uint8Array) return readEncoded(input, passphrase);
  refuseForeignFormat(input.label);
  const info = input.headers.get('DEK-Info');
  return info === undefined
    ? readEncoded(input.bytes, passphrase)
    : useSecret(decryptTraditional(info, input.bytes, passphraseFrom(passphrase)), readPlain);
}

function readEncoded(bytes: Uint8Array, passphrase: PassphraseSource | undefined): PrivateKey {
  return privateKeyForm(bytes) === 'encrypted-pkcs8'
    ? useSecret(decryptPkcs8(bytes, passphraseFrom(passphrase)), readPlain)
    : readPlain(bytes);
}

function readPlain(bytes: Uint8Array): PrivateKey {
  switch (privateKeyForm(bytes)) {
    case 'pkcs8':
      return privateKeyFromPkcs8(bytes);
    case 'sec1':
      return privateKeyFromSec1(bytes);
    case 'pkcs1':
      return privateKeyFromPkcs1(bytes);
    case 'encrypted-pkcs8':
    case undefined:
      throw new MtlsError(
        'KEY_MALFORMED',
        'malformed private key: neither PKCS#8, SEC1 nor PKCS#1',
      );
  }
}

/** The passphrase that a source gives. Throws PASSPHRASE_NEEDED. */
export function passphraseFrom(source: PassphraseSource | undefined): Uint8Array {
  const given = source?.();
  if (given === undefined)
    throw new MtlsError('PASSPHRASE_NEEDED', 'the key is encrypted, and no passphrase was given', {
      hint: 'give it with --passphrase-file FILE or --passphrase-env NAME',
    });
  return typeof given === 'string' ? toUtf8(given) : given;
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3). */
function decryptPkcs8(bytes: Uint8Array, passphrase: Uint8Array): Uint8Array {
  const fields = enterWhole(bytes);
  const algorithm = fields.next(Tag.Sequence).whole;
  const encrypted = fields.octetString();
  try {
    return opened(decryptPbes2(algorithm, encrypted, passphrase));
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'DER_MALFORMED')
      throw new MtlsError('KEY_MALFORMED', `malformed encrypted key: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
}

/** Padding can fit under a wrong key; a whole DER SEQUENCE does not come about by chance. */
function opened(plain: Uint8Array): Uint8Array {
  try {
    return readWhole(plain, Tag.Sequence).whole;
  } catch {
    throw passphraseWrong();
  }
}

/** RFC 1421 §4.6.1.3 as OpenSSL has it: the IV's first 8 octets are the salt as well. */
function decryptTraditional(
  info: string,
  encrypted: Uint8Array,
  passphrase: Uint8Array,
): Uint8Array {
  const comma = info.indexOf(',');
  const name = info.slice(0, comma === -1 ? undefined : comma).trim();
  const cipher = CIPHERS.find(({ pemName }) => pemName === name);
  if (cipher === undefined)
    throw new MtlsError(
      'KEY_UNSUPPORTED',
      `the key is encrypted with ${quoteForeign(hideLongWords(name), 40)}, which is not read`,
      { hint: 'rewrite it: openssl pkcs8 -topk8 -in old.key -out new.key' },
    );
  const iv = comma === -1 ? undefined : fromHex(info.slice(comma + 1).trim());
  if (iv?.length !== cipher.blockLength)
    throw new MtlsError('KEY_MALFORMED', 'malformed encrypted key: DEK-Info with a bad IV');
  return useSecret(deriveTraditional(passphrase, iv.subarray(0, 8), cipher.keyLength), (key) =>
    opened(decrypt(cipher, key, iv, encrypted)),
  );
}

function refuseForeignFormat(label: string): void {
  if (label === 'OPENSSH PRIVATE KEY')
    throw new MtlsError('KEY_UNSUPPORTED', 'the key is in the format of OpenSSH', {
      hint: 'RSA and ECDSA keys: cp KEY copy.key && ssh-keygen -p -m PKCS8 -f copy.key; ssh-keygen cannot rewrite Ed25519',
    });
  if (!isPrivateKeyLabel(label))
    throw new MtlsError(
      'KEY_MALFORMED',
      `a PEM block ${quoteForeign(hideLongWords(label))} is no private key`,
    );
}

/**
 * Writes PKCS#8 as PEM; with a passphrase under PBES2 (PBKDF2-HMAC-SHA256 of 600,000 rounds,
 * AES-256-CBC).
 *
 * @throws MtlsError PASSPHRASE_NEEDED for an empty passphrase, which would only look like one.
 */
export function writePrivateKey(key: PrivateKey, passphrase?: string | Uint8Array): string {
  const plain = pkcs8Of(key);
  if (passphrase === undefined) return encodePem('PRIVATE KEY', plain);
  if (passphrase.length === 0)
    throw new MtlsError('PASSPHRASE_NEEDED', 'the passphrase is empty', {
      hint: 'give one, or leave the key unencrypted with --no-passphrase',
    });
  const { algorithmIdentifier, encrypted } =
    typeof passphrase === 'string'
      ? useSecret(toUtf8(passphrase), (secret) => encryptPbes2(plain, secret))
      : encryptPbes2(plain, passphrase);
  return encodePem(
    'ENCRYPTED PRIVATE KEY',
    der.sequence(algorithmIdentifier, der.octetString(encrypted)),
  );
}
