// Looks for secrets in what a program left behind, however they are written: as they are, in
// base64 at any alignment, in hexadecimal, as numbers, escaped, in UTF-16, and one in the other.
import { createPrivateKey, type KeyObject } from 'node:crypto';

/** A run of so many octets of a secret is a leak; by chance it comes about once in 2^64. */
const WINDOW = 8;

/** How often something may be encoded again: PEM in a Secret in JSON is three deep. */
const MAX_DEPTH = 4;

/** Names what is found. */
export interface Secret {
  readonly name: string;
  readonly octets: Uint8Array;
}

/** The octets of a key that nobody else may know: its scalar, or the private numbers of RSA. */
export function secretsOfKey(name: string, key: KeyObject): readonly Secret[] {
  const jwk = key.export({ format: 'jwk' });
  return (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).flatMap((member) => {
    const text = jwk[member];
    return text === undefined
      ? []
      : [{ name: `${member} of ${name}`, octets: new Uint8Array(Buffer.from(text, 'base64url')) }];
  });
}

/** A passphrase that no program escapes away: its core is letters and digits. */
export function secretOfPassphrase(name: string, passphrase: string): Secret {
  const [core] = /[A-Za-z0-9]{16,}/.exec(passphrase) ?? [];
  if (core === undefined) throw new Error(`the passphrase ${name} can not be looked for`);
  return { name, octets: new Uint8Array(Buffer.from(core, 'latin1')) };
}

/** The secrets of all PEM keys that stand open in a text, or open under one of the passphrases. */
export function secretsOfPem(
  name: string,
  content: Uint8Array,
  passphrases: readonly (string | Uint8Array)[] = [],
): readonly Secret[] {
  const found: Secret[] = [];
  for (const view of viewsOf(content)) {
    const text = Buffer.from(view).toString('latin1');
    for (const [pem] of text.matchAll(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]*-----END \1-----/g))
      for (const passphrase of [undefined, ...passphrases]) {
        try {
          const given = passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase) };
          found.push(...secretsOfKey(name, createPrivateKey({ key: pem, ...given })));
          break;
        } catch {
          // Under another passphrase, or broken on purpose
        }
      }
  }
  return found;
}

/** Finds secrets; made once for many contents. */
export class Scanner {
  readonly #windows = new Map<number, { readonly name: string; readonly octets: Buffer }[]>();

  constructor(secrets: readonly Secret[]) {
    for (const { name, octets } of secrets)
      for (let at = 0; at + WINDOW <= octets.length; at++) {
        const window = Buffer.from(octets.subarray(at, at + WINDOW));
        const start = window.readUInt32BE();
        const known = this.#windows.get(start);
        if (known) known.push({ name, octets: window });
        else this.#windows.set(start, [{ name, octets: window }]);
      }
    for (const { name, octets } of secrets)
      if (octets.length < WINDOW) throw new Error(`${name} is too short to be looked for`);
  }

  /** The names of the secrets of which a part stands in a content, in any form. */
  find(content: Uint8Array | string): readonly string[] {
    const names = new Set<string>();
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (const view of viewsOf(bytes)) this.#search(view, names);
    return [...names].sort();
  }

  #search(view: Uint8Array, names: Set<string>): void {
    for (let at = 0, start = 0; at < view.length; at++) {
      start = ((start << 8) | (view[at] as number)) >>> 0;
      if (at < 3) continue;
      for (const { name, octets } of this.#windows.get(start) ?? [])
        if (octets.equals(view.subarray(at - 3, at - 3 + WINDOW))) names.add(name);
    }
  }
}

/**
 * A content, and what it is the text of. By depth, not down each path first: what was met late on
 * one path would else count as seen when another path comes to it with depth left.
 */
function viewsOf(content: Uint8Array): readonly Uint8Array[] {
  const views: Uint8Array[] = [];
  const seen = new Set<string>();
  let level: readonly Uint8Array[] = [content];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const next: Uint8Array[] = [];
    for (const bytes of level) {
      if (bytes.length < WINDOW) continue;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
      if (seen.has(text)) continue;
      seen.add(text);
      views.push(bytes);
      if (depth < MAX_DEPTH) next.push(...decodings(text));
    }
    level = next;
  }
  return views;
}

function* decodings(text: string): Generator<Uint8Array> {
  // UTF-16 of what is ASCII
  if (text.includes('\0')) yield Buffer.from(text.replaceAll('\0', ''), 'latin1');
  // JSON, shells and our own messages; blanks that break lines go with them
  const unescaped = text
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\u00([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\[rnt]/g, '\n')
    .replace(/\\(.)/g, '$1');
  if (unescaped !== text) yield Buffer.from(unescaped, 'latin1');
  const joined = text.replace(/\s+/g, '');
  for (const source of joined === text ? [text] : [text, joined]) {
    for (const [run] of source.matchAll(/[A-Za-z0-9+/_-]{11,}/g))
      // Where the run begins within a group of four is not known
      for (let skip = 0; skip < 4; skip++) yield Buffer.from(run.slice(skip), 'base64');
    for (const [run] of source.matchAll(/(?:[0-9a-fA-F]{2}[\s:,-]?|0x[0-9a-fA-F]{2},?\s*){8,}/g)) {
      const digits = run.replace(/0x|[^0-9a-fA-F]/g, '');
      for (const skip of [0, 1]) yield Buffer.from(digits.slice(skip), 'hex');
    }
    for (const [run] of source.matchAll(/\d{20,}/g)) yield octetsOf(BigInt(run));
  }
  // [48,129,…] and {"0":48,"1":129,…}
  for (const [run] of text.matchAll(/(?:(?:"\d+":\s*)?\d{1,3},\s*){7,}(?:"\d+":\s*)?\d{1,3}/g))
    yield Uint8Array.from(run.replace(/"\d+":/g, '').split(','), Number);
}

function octetsOf(number: bigint): Uint8Array {
  const digits = number.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}
