// pkcs11: URIs (RFC 7512): which token, which key in it, through which module.
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

export interface Pkcs11Uri {
  /** The URI as it was written; it never holds a PIN. */
  readonly shown: string;
  /** Of the token; what is absent may be anything. */
  readonly token: {
    readonly label?: string;
    readonly serial?: string;
    readonly manufacturer?: string;
    readonly model?: string;
    readonly slot?: number;
  };
  /** Of the key: CKA_LABEL and CKA_ID. */
  readonly label?: string;
  readonly id?: Uint8Array;
  /** The shared library that speaks to the token, an absolute path. */
  readonly module?: string;
  /** The file whose first line is the PIN, an absolute path. */
  readonly pinFile?: string;
}

const HINT =
  'write pkcs11:token=<label>;object=<label>?module-path=/path/to/module.so, as in RFC 7512';

/** Reads a URI. Throws BAD_OPTION for one that is none, that holds a PIN, or asks for more. */
export function parsePkcs11Uri(text: string): Pkcs11Uri {
  const [path = '', query = '', ...rest] = text.slice('pkcs11:'.length).split('?');
  if (rest.length > 0) throw bad('it has two "?"');
  const found = new Map<string, Uint8Array>();
  attributes(path, ';', found);
  attributes(query, '&', found);
  const take = (name: string): Uint8Array | undefined => {
    const value = found.get(name);
    found.delete(name);
    return value;
  };
  const takeText = (name: string): string | undefined => {
    const value = take(name);
    if (value === undefined) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(value);
    } catch (cause) {
      throw bad(`${name} is not UTF-8`, cause);
    }
  };
  if (found.has('pin-value'))
    throw new MtlsError('BAD_OPTION', 'a PIN does not belong into a URI, where others may see it', {
      hint: 'leave pin-value out: a PIN comes from a question, --passphrase-file, --passphrase-env or pin-source=file:…',
    });
  const type = takeText('type');
  if (type !== undefined && type !== 'private') throw bad('it does not name a private key');
  const slot = takeText('slot-id');
  if (slot !== undefined && !/^[0-9]{1,10}$/.test(slot)) throw bad('slot-id is no number');
  const token = defined({
    label: takeText('token'),
    serial: takeText('serial'),
    manufacturer: takeText('manufacturer'),
    model: takeText('model'),
    slot: slot === undefined ? undefined : Number(slot),
  });
  const uri = defined({
    shown: text,
    token,
    label: takeText('object'),
    id: take('id'),
    module: moduleOf(takeText('module-path')),
    pinFile: pinFileOf(takeText('pin-source')),
  });
  const [unknown] = found.keys();
  // RFC 7512 §2.3: what is not understood might have told two keys apart
  if (unknown !== undefined) throw bad(`${quoteForeign(unknown)} is not understood`);
  return uri;
}

function attributes(text: string, separator: string, into: Map<string, Uint8Array>): void {
  if (text === '') return;
  for (const part of text.split(separator)) {
    const at = part.indexOf('=');
    if (at < 1) throw bad(`${quoteForeign(part)} is no attribute`);
    const name = part.slice(0, at);
    if (into.has(name)) throw bad(`${quoteForeign(name)} stands in it twice`);
    into.set(name, decoded(part.slice(at + 1)));
  }
}

/** Percent-encoded octets (RFC 3986 §2.1). */
function decoded(text: string): Uint8Array {
  if (/%(?![0-9a-fA-F]{2})/.test(text))
    throw bad('a "%" is not followed by two hexadecimal digits');
  const octets: number[] = [];
  const plain = Buffer.from(text, 'utf8');
  for (let at = 0; at < plain.length; at++) {
    const octet = plain[at] as number;
    if (octet !== 0x25) octets.push(octet);
    else {
      octets.push(Number.parseInt(plain.toString('latin1', at + 1, at + 3), 16));
      at += 2;
    }
  }
  return Uint8Array.from(octets);
}

function moduleOf(path: string | undefined): string | undefined {
  if (path === undefined || (isAbsolute(path) && !path.includes('\0'))) return path;
  throw bad('module-path is no path from the root');
}

/** RFC 7512 §2.4: a file, by its URI or its path; a program is not run for it. */
function pinFileOf(source: string | undefined): string | undefined {
  if (source === undefined || isAbsolute(source)) return source;
  try {
    if (source.startsWith('file:')) return fileURLToPath(source);
  } catch (cause) {
    throw bad('pin-source is no file', cause);
  }
  throw bad('pin-source is no file');
}

function bad(what: string, cause?: unknown): MtlsError {
  return new MtlsError('BAD_OPTION', `the pkcs11: URI of the signer is malformed: ${what}`, {
    hint: HINT,
    cause,
  });
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is undefined. */
function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, field]) => field !== undefined),
  ) as Defined<T>;
}
