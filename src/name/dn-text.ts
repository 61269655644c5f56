// A subject as a person types it: RFC 4514 (`CN=api,O=Example`) or OpenSSL's `/CN=api/O=Example`.
import { MtlsError } from '../base/errors.ts';
import { fromHex, fromUtf8 } from '../base/bytes.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { isIa5String, isPrintableString } from '../asn1/string.ts';
import { Tag } from '../asn1/reader.ts';
import {
  attributeByKeyword,
  attributeByOid,
  COMMON_NAME,
  COUNTRY,
  type AttributeType,
} from './attributes.ts';
import {
  EMPTY_DN,
  readStringDer,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from './distinguished-name.ts';

// More than any real subject; keeps a mistake out of a certificate.
const MAX_TEXT = 8192;

function bad(message: string, hint?: string): MtlsError {
  return new MtlsError('BAD_SUBJECT', message, { hint });
}

/**
 * Reads a subject; RDNs keep the order in which they are typed. An empty text is the empty name.
 * @throws MtlsError BAD_SUBJECT: unknown type, value too long or empty, control characters
 */
export function parseDn(text: string): DistinguishedName {
  if (text.trim() === '') return EMPTY_DN;
  if (text.length > MAX_TEXT) throw bad(`the subject is longer than ${MAX_TEXT} characters`);
  const slashed = text.startsWith('/');
  const cursor = new Cursor(slashed ? text.slice(1) : text, slashed ? '/' : ',');
  const rdns: AttributeTypeAndValue[][] = [[]];
  for (;;) {
    (rdns.at(-1) as AttributeTypeAndValue[]).push(cursor.attribute());
    const separator = cursor.separator();
    if (separator === undefined) return { rdns };
    if (separator !== '+') rdns.push([]);
  }
}

/** A name of one attribute, checked as parseDn does. */
export function dnOf(keyword: string, value: string): DistinguishedName {
  return { rdns: [[attributeOf(keyword, value)]] };
}

class Cursor {
  readonly #text: string;
  readonly #separator: string;
  #at = 0;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
  }

  attribute(): AttributeTypeAndValue {
    const rest = this.#text.slice(this.#at);
    const head = /^\s*([A-Za-z0-9.-]+)\s*=[ \t]*/.exec(rest);
    if (head === null)
      throw bad(
        `${quoteForeign(rest, 40)} in the subject is not TYPE=value`,
        this.#separator === '/'
          ? 'a slash inside a value is written \\/'
          : 'a comma inside a value is written \\, (or put the value in double quotes)',
      );
    this.#at += head[0].length;
    return attributeOf(head[1] as string, this.#value());
  }

  /** The separator that follows, or undefined at the end. */
  separator(): string | undefined {
    const found = this.#text[this.#at++];
    if (found === undefined || found === '+' || found === this.#separator) return found;
    throw bad(
      `${quoteForeign(found)} in the subject must be escaped`,
      `write it \\${escapeControl(found)}`,
    );
  }

  #value(): string {
    if (this.#text[this.#at] === '#') return this.#hexValue();
    const quoted = this.#text[this.#at] === '"';
    if (quoted) this.#at++;
    const octets: number[] = [];
    // Where spaces at the end may be cut: behind the last character that is none or is escaped
    let kept = 0;
    let closed = false;
    while (this.#at < this.#text.length) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
      if (quoted && character === '"') {
        this.#at++;
        closed = true;
        break;
      }
      if (!quoted && (character === '+' || character === this.#separator)) break;
      if (!quoted && this.#separator === ',' && /["<>;]/.test(character)) break;
      if (character === '\\') {
        octets.push(...this.#escaped());
        kept = octets.length;
        continue;
      }
      octets.push(...Buffer.from(character, 'utf8'));
      this.#at += character.length;
      if (quoted || character !== ' ') kept = octets.length;
    }
    if (quoted && !closed) throw bad('a double quote in the subject is not closed');
    if (quoted) while (this.#text[this.#at] === ' ') this.#at++;
    const value = fromUtf8(Uint8Array.from(octets.slice(0, kept)));
    if (value === undefined) throw bad('escaped octets in the subject are not UTF-8');
    return value;
  }

  /** `\,` or `\2C` (RFC 4514 §2.4). */
  #escaped(): readonly number[] {
    const pair = this.#text.slice(this.#at + 1, this.#at + 3);
    const octet = pair.length === 2 ? fromHex(pair) : undefined;
    if (octet !== undefined) {
      this.#at += 3;
      return [...octet];
    }
    const point = this.#text.codePointAt(this.#at + 1);
    if (point === undefined) throw bad('the subject ends with a backslash');
    const character = String.fromCodePoint(point);
    this.#at += 1 + character.length;
    return [...Buffer.from(character, 'utf8')];
  }

  #hexValue(): string {
    const found = /^#([0-9A-Fa-f]*)[ ]*/.exec(this.#text.slice(this.#at));
    const der = fromHex(found?.[1] ?? '');
    const value = der === undefined ? undefined : readStringDer(der);
    if (value === undefined)
      throw bad('a value after # in the subject is not a DER string', 'write a plain # as \\#');
    this.#at += (found?.[0] ?? '').length;
    return value;
  }
}

/** One attribute, its type a keyword or a dotted OID. Throws BAD_SUBJECT as parseDn does. */
export function attributeOf(keyword: string, value: string): AttributeTypeAndValue {
  const dotted = keyword.replace(/^oid\./i, '');
  const type = attributeByKeyword(keyword) ?? attributeByOid(dotted);
  if (
    type === undefined &&
    !/^(?:[01]\.[0-3]?[0-9]|2\.[0-9]{1,9})(?:\.(?:0|[1-9][0-9]{0,14}))+$/.test(dotted)
  )
    throw bad(
      `the subject has an unknown attribute type ${quoteForeign(keyword)}`,
      'known: CN, O, OU, C, ST, L, STREET, DC, UID, emailAddress, serialNumber, or a dotted OID',
    );
  return { oid: type?.oid ?? dotted, value, tag: checkedTag(type, keyword, value) };
}

/** The string type to write: PrintableString where it fits, else UTF8String (RFC 5280 §4.1.2.4). */
function checkedTag(type: AttributeType | undefined, keyword: string, value: string): number {
  const name = type?.keyword ?? keyword;
  const length = Array.from(value).length;
  if (length === 0) throw bad(`${name} in the subject is empty`, `leave ${name}= out`);
  // Joiners belong to some scripts and to emoji
  const visible = value.replace(/[\u200c\u200d]/g, '');
  if (escapeControl(visible) !== visible)
    throw bad(
      `${name} in the subject holds a control or invisible character: ${quoteForeign(value)}`,
      'leave it out: nobody would see what the name really is',
    );
  if (type?.oid === COUNTRY && !/^[A-Za-z]{2}$/.test(value))
    throw bad(
      `C in the subject is not a country code of two letters: ${quoteForeign(value)}`,
      'use a code of ISO 3166, such as DE',
    );
  if (type !== undefined && length > type.max)
    throw bad(
      `${name} in the subject has ${length} characters, ${type.max} are allowed (RFC 5280 appendix A)`,
      type.oid === COMMON_NAME ? 'a longer name is carried by the alternative names' : undefined,
    );
  if (type?.only === 'ia5') {
    if (!isIa5String(value))
      throw bad(`${name} in the subject must be ASCII: ${quoteForeign(value)}`);
    return Tag.Ia5String;
  }
  if (isPrintableString(value)) return Tag.PrintableString;
  if (type?.only === 'printable')
    throw bad(
      `${name} in the subject must be letters, digits, spaces and '()+,-./:=?: ${quoteForeign(value)}`,
    );
  return Tag.Utf8String;
}
