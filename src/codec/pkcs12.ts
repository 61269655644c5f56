// PKCS#12 key stores (RFC 7292): what is in them, once their passphrase is known.
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { derOfBer, joinOctets } from '../asn1/ber.ts';
import { readOid } from '../asn1/oid.ts';
import {
  Tag,
  contextConstructed,
  contextPrimitive,
  enterWhole,
  type DerReader,
} from '../asn1/reader.ts';
import { PasswordBudget } from '../crypto/password-budget.ts';
import {
  NO_PASSWORD,
  pkcs12Password,
  readEncryption,
  type Encryption,
  type Pkcs12Password,
} from '../crypto/pbe.ts';
import { readStoreMac, type StoreMac } from '../crypto/pkcs12-mac.ts';
import { readBags, type Lock, type StoreEntry } from './pkcs12-bags.ts';
import type { PassphraseSource } from './pkcs8.ts';

const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const ENVELOPED_DATA = '1.2.840.113549.1.7.3';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';

/** Java's own store of all public roots has 150 kB; this is room for a hundred times as many. */
const MAX_BYTES = 16 * 1024 * 1024;

/** What a store says of itself, beside what it holds. */
export interface StoreFacts {
  /** Undefined where nothing proves that it is whole. */
  readonly mac: Pick<StoreMac, 'algorithm' | 'iterations'> | undefined;
  /** Schemes that its parts are encrypted with, each once; none where all lies open. */
  readonly encryption: readonly string[];
}

export interface KeyStore extends StoreFacts {
  /** In the order of the file. */
  readonly entries: readonly StoreEntry[];
}

/**
 * Reads a PKCS#12 key store in DER or BER. Where the source gives no passphrase, or not the right
 * one, the empty one and none are tried, as for trust stores that anybody may read.
 *
 * @throws MtlsError PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_UNSUPPORTED for what is encrypted or
 *   signed in ways that are not read, and for a cost beyond bounds; KEY_MALFORMED; FILE_TOO_LARGE
 */
export function readPkcs12(bytes: Uint8Array, passphrase?: PassphraseSource): KeyStore {
  if (bytes.length > MAX_BYTES)
    throw new MtlsError('FILE_TOO_LARGE', 'the key store is too large', {
      hint: `at most ${MAX_BYTES} bytes of PKCS#12 are read`,
    });
  return withStoreErrors(() => {
    const { content, mac } = readPfx(bytes);
    const safes = readSafes(content);
    const lock = unlock(content, mac, safes, passphrase);
    const entries = safes.flatMap((safe, index) =>
      readBags(lock.opened.get(index) ?? derOf(safe.octets), lock),
    );
    const shrouds = entries.flatMap((entry) =>
      entry.kind === 'key' && entry.scheme !== undefined ? [entry.scheme] : [],
    );
    const schemes = safes.flatMap(({ encryption }) => (encryption ? [encryption.name] : []));
    return {
      mac: mac && { algorithm: mac.algorithm, iterations: mac.iterations },
      encryption: [...new Set([...schemes, ...shrouds])],
      entries,
    };
  });
}

/** PFX (RFC 7292 §4): what the MAC is over, and the MAC. */
function readPfx(bytes: Uint8Array): {
  readonly content: Uint8Array;
  readonly mac: StoreMac | undefined;
} {
  const pfx = enterWhole(derOf(bytes));
  const version = pfx.smallInteger();
  if (version !== 3) throw malformed(`version ${version}`);
  const { type, content } = readContentInfo(pfx.enter());
  if (type === SIGNED_DATA)
    throw unsupported('is signed, where others have a MAC under the passphrase');
  if (type !== DATA || !content) throw malformed(`content of type ${type}`);
  const octets = content.octetString();
  content.end();
  const mac = pfx.done ? undefined : readStoreMac(pfx.enter());
  pfx.end();
  return { content: octets, mac };
}

/** One of the parts of a store, which is encrypted as a whole or not at all. */
interface Safe {
  readonly encryption: Encryption | undefined;
  readonly octets: Uint8Array;
}

/** AuthenticatedSafe, RFC 7292 §4.1. */
function readSafes(content: Uint8Array): readonly Safe[] {
  const list = enterWhole(derOf(content));
  const safes: Safe[] = [];
  while (!list.done) safes.push(readSafe(list.enter()));
  return safes;
}

function readSafe(info: DerReader): Safe {
  const { type, content } = readContentInfo(info);
  if (type === ENVELOPED_DATA) throw unsupported('is encrypted to a key, not under a passphrase');
  if (!content || (type !== DATA && type !== ENCRYPTED_DATA))
    throw malformed(`a part of type ${type}`);
  if (type === ENCRYPTED_DATA) return readEncryptedData(content.enter());
  const octets = content.octetString();
  content.end();
  return { encryption: undefined, octets };
}

function readContentInfo(info: DerReader): {
  readonly type: string;
  readonly content: DerReader | undefined;
} {
  const type = readOid(info);
  const content = info.done ? undefined : info.enter(contextConstructed(0));
  info.end();
  return { type, content };
}

/** EncryptedData, RFC 5652 §8; attributes after its content say nothing about it. */
function readEncryptedData(data: DerReader): Safe {
  data.smallInteger();
  const info = data.enter();
  if (readOid(info) !== DATA) throw malformed('encrypted content that is no data');
  const encryption = readEncryption(info.next(Tag.Sequence).whole);
  const inPieces = info.optional(contextConstructed(0));
  if (!inPieces) return { encryption, octets: info.octetString(contextPrimitive(0)) };
  const pieces: Uint8Array[] = [];
  for (const reader = inPieces.enter(); !reader.done;) pieces.push(reader.next().whole);
  return { encryption, octets: joinOctets(pieces, inPieces.offset) };
}

interface OpenLock extends Lock {
  /** Encrypted safes by their index: decrypted, in DER. */
  readonly opened: ReadonlyMap<number, Uint8Array>;
}

function unlock(
  content: Uint8Array,
  mac: StoreMac | undefined,
  safes: readonly Safe[],
  source: PassphraseSource | undefined,
): OpenLock {
  const budget = new PasswordBudget();
  const given = source?.();
  const own =
    given === undefined
      ? undefined
      : pkcs12Password(typeof given === 'string' ? toUtf8(given) : given);
  const closed = safes.some(({ encryption }) => encryption);
  const forKeys = { budget: new PasswordBudget() };
  if (!mac && !closed) return { password: own, proven: false, opened: new Map(), ...forKeys };
  const candidates = [...(own ? [own] : []), NO_PASSWORD, pkcs12Password(new Uint8Array())];
  for (const password of candidates) {
    if (mac && !mac.verify(content, password, budget)) continue;
    const opened = openSafes(safes, password, budget, mac !== undefined);
    if (opened) return { password, proven: true, opened, ...forKeys };
  }
  throw own === undefined ? needed() : wrong();
}

/** Undefined where the passphrase does not open one of them. */
function openSafes(
  safes: readonly Safe[],
  password: Pkcs12Password,
  budget: PasswordBudget,
  proven: boolean,
): ReadonlyMap<number, Uint8Array> | undefined {
  const opened = new Map<number, Uint8Array>();
  for (const [index, { encryption, octets }] of safes.entries()) {
    if (!encryption) continue;
    const plain = decrypted(encryption, octets, password, budget);
    const contents = plain && (proven ? derOf(plain) : sequenceIn(plain));
    if (!contents) return undefined;
    opened.set(index, contents);
  }
  return opened;
}

/** Undefined where the passphrase is not the right one, as far as padding shows it. */
function decrypted(
  encryption: Encryption,
  octets: Uint8Array,
  password: Pkcs12Password,
  budget: PasswordBudget,
): Uint8Array | undefined {
  try {
    return encryption.decrypt(octets, password, budget);
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'PASSPHRASE_WRONG') return undefined;
    throw error;
  }
}

/** Padding fits under one wrong key in 256; a whole SEQUENCE does not come about by chance. */
function sequenceIn(plain: Uint8Array): Uint8Array | undefined {
  try {
    const der = derOf(plain);
    return der[0] === Tag.Sequence ? der : undefined;
  } catch {
    return undefined;
  }
}

/** The one element of the input, in DER. */
function derOf(bytes: Uint8Array): Uint8Array {
  const { der, length } = derOfBer(bytes);
  if (length < bytes.length) throw malformed(`${bytes.length - length} bytes behind its end`);
  return der;
}

function needed(): MtlsError {
  return new MtlsError(
    'PASSPHRASE_NEEDED',
    'the PKCS#12 key store is encrypted, and no passphrase was given',
    { hint: 'give it with --passphrase-file FILE or --passphrase-env NAME' },
  );
}

function wrong(): MtlsError {
  return new MtlsError('PASSPHRASE_WRONG', 'the passphrase does not open the PKCS#12 key store', {
    hint: 'check it: openssl pkcs12 -info -noout -in FILE',
  });
}

function malformed(what: string): MtlsError {
  return new MtlsError('KEY_MALFORMED', `malformed PKCS#12 key store: ${what}`);
}

function unsupported(what: string): MtlsError {
  return new MtlsError('KEY_UNSUPPORTED', `the PKCS#12 key store ${what}`, {
    hint: 'export it anew under a passphrase',
  });
}

/** What the readers below say is about DER or about a key; here it is about the store. */
function withStoreErrors<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'DER_MALFORMED') throw error;
    throw malformed(error.message.replace(/^malformed (?:BER|DER): /, ''));
  }
}
