// The bags of a PKCS#12 key store (RFC 7292 §4.2): certificates, keys and the rest, with what is
// written beside them.
import { useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { readOid } from '../asn1/oid.ts';
import { Tag, contextConstructed, enterWhole, readWhole, type DerReader } from '../asn1/reader.ts';
import { passphraseWrong } from '../crypto/cipher.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { PasswordBudget } from '../crypto/password-budget.ts';
import { pkcs12Password, readEncryption, type Pkcs12Password } from '../crypto/pbe.ts';
import { passphraseFrom, readPrivateKey, type PassphraseSource } from './pkcs8.ts';

// RFC 7292 appendix D
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const CRL_BAG = '1.2.840.113549.1.12.10.1.4';
const SECRET_BAG = '1.2.840.113549.1.12.10.1.5';
const SAFE_CONTENTS_BAG = '1.2.840.113549.1.12.10.1.6';

const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const X509_CRL = '1.2.840.113549.1.9.23.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
/** Oracle's: Java takes a certificate for trusted where it stands. */
const JAVA_TRUSTED = '2.16.840.1.113894.746875.1.1';

/** All public roots are some 150; more than this is no store of certificates. */
const MAX_ENTRIES = 10_000;

interface Attributes {
  /** What keytool calls an alias. */
  readonly friendlyName: string | undefined;
  /** The same for a key and its certificate. */
  readonly localKeyId: Uint8Array | undefined;
  /** Java takes the certificate for trusted. */
  readonly trusted: boolean;
}

export interface StoredKey extends Attributes {
  readonly kind: 'key';
  /** How it is encrypted by itself; undefined where it is not. */
  readonly scheme: string | undefined;
  /** A passphrase is needed still: that of the store is not known to open it. */
  readonly locked: boolean;
  /** Throws PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MALFORMED, KEY_UNSUPPORTED. */
  readonly decode: (passphrase?: PassphraseSource) => PrivateKey;
}

/** One thing that a store holds. */
export type StoreEntry =
  | StoredKey
  | (Attributes & { readonly kind: 'certificate' | 'crl'; readonly der: Uint8Array })
  /** Not read: a secret of Java's, a certificate that is no X.509. */
  | (Attributes & { readonly kind: 'other'; readonly what: string });

/** The store's passphrase, as far as it shows that it is the right one. */
export interface Lock {
  readonly password: Pkcs12Password | undefined;
  /** The MAC or what was decrypted with it says so. */
  readonly proven: boolean;
  /** For all keys of the store together. */
  readonly budget: PasswordBudget;
}

/**
 * Reads SafeContents, in DER.
 *
 * @throws MtlsError DER_MALFORMED, KEY_UNSUPPORTED, KEY_MALFORMED
 */
export function readBags(contents: Uint8Array, lock: Lock): readonly StoreEntry[] {
  const entries: StoreEntry[] = [];
  readInto(entries, enterWhole(contents), lock);
  return entries;
}

function readInto(entries: StoreEntry[], bags: DerReader, lock: Lock): void {
  while (!bags.done) {
    const bag = bags.enter();
    const type = readOid(bag);
    const value = bag.enter(contextConstructed(0));
    const attributes = readAttributes(bag.optional(Tag.Set)?.enter());
    bag.end();
    if (type === SAFE_CONTENTS_BAG) readInto(entries, value.enter(), lock);
    else entries.push({ ...attributes, ...readValue(type, value, lock) });
    if (entries.length > MAX_ENTRIES)
      throw new MtlsError('KEY_UNSUPPORTED', 'the PKCS#12 key store holds too much', {
        hint: `at most ${MAX_ENTRIES} certificates and keys are read from one`,
      });
  }
}

type Value = StoreEntry extends infer Entry
  ? Entry extends StoreEntry
    ? Omit<Entry, keyof Attributes>
    : never
  : never;

function readValue(type: string, value: DerReader, lock: Lock): Value {
  switch (type) {
    case KEY_BAG:
      return openKey(value.next(Tag.Sequence).whole);
    case SHROUDED_KEY_BAG:
      return shroudedKey(value.enter(), lock);
    case CERT_BAG:
    case CRL_BAG: {
      const fields = value.enter();
      const form = readOid(fields);
      const der = fields.enter(contextConstructed(0));
      if (form === X509_CERTIFICATE) return { kind: 'certificate', der: der.octetString() };
      if (form === X509_CRL) return { kind: 'crl', der: der.octetString() };
      return { kind: 'other', what: `a certificate or CRL of type ${form}` };
    }
    case SECRET_BAG:
      return { kind: 'other', what: 'a secret' };
    default:
      return { kind: 'other', what: `a bag of type ${type}` };
  }
}

type KeyValue = Omit<StoredKey, keyof Attributes>;

/** PrivateKeyInfo. */
function openKey(bytes: Uint8Array): KeyValue {
  return {
    kind: 'key',
    scheme: undefined,
    locked: false,
    decode: () => readPrivateKey(bytes),
  };
}

/** EncryptedPrivateKeyInfo: under the passphrase of the store, by custom and for Java by need. */
function shroudedKey(fields: DerReader, { password, proven, budget }: Lock): KeyValue {
  const { name, decrypt } = readEncryption(fields.next(Tag.Sequence).whole);
  const encrypted = fields.octetString();
  fields.end();
  const open = (under: Pkcs12Password): PrivateKey =>
    useSecret(wholeKey(decrypt(encrypted, under, budget)), (plain) => readPrivateKey(plain));
  let known: PrivateKey | undefined;
  return {
    kind: 'key',
    scheme: name,
    locked: !proven,
    decode: (source) => {
      known ??= openAny(open, password, source);
      return known;
    },
  };
}

/** With the passphrase of the store, else with the one that is given for the key. */
function openAny(
  open: (password: Pkcs12Password) => PrivateKey,
  password: Pkcs12Password | undefined,
  source: PassphraseSource | undefined,
): PrivateKey {
  if (password)
    try {
      return open(password);
    } catch (error) {
      const wrong = error instanceof MtlsError && error.code === 'PASSPHRASE_WRONG';
      if (!wrong || source?.() === undefined) throw error;
    }
  const other = pkcs12Password(passphraseFrom(source));
  return useSecret(other.bmp, () => open(other));
}

/** Padding can fit under a wrong key; a whole DER SEQUENCE does not come about by chance. */
function wholeKey(plain: Uint8Array): Uint8Array {
  try {
    return readWhole(plain, Tag.Sequence).whole;
  } catch {
    throw passphraseWrong();
  }
}

/** PKCS12Attribute, RFC 7292 §4.2; those that are written wrong say nothing. */
function readAttributes(list: DerReader | undefined): Attributes {
  let friendlyName: string | undefined;
  let localKeyId: Uint8Array | undefined;
  let trusted = false;
  while (list && !list.done) {
    const attribute = list.enter();
    const type = readOid(attribute);
    const values = attribute.enter(Tag.Set);
    attribute.end();
    if (type === JAVA_TRUSTED) trusted = true;
    if (values.done) continue;
    const { tag, content } = values.next();
    if (type === FRIENDLY_NAME && tag === Tag.BmpString) friendlyName ??= bmpText(content);
    if (type === LOCAL_KEY_ID && tag === Tag.OctetString) localKeyId ??= content;
  }
  return { friendlyName, localKeyId, trusted };
}

/** UTF-16 in truth: names with characters beyond the BMP are written as pairs. */
function bmpText(content: Uint8Array): string | undefined {
  if (content.length % 2 !== 0) return undefined;
  return Buffer.from(content).swap16().toString('utf16le');
}
