// Distinguished names: DER in and out, comparison (RFC 5280 §7.1), text (RFC 4514).
// Text keeps the certificate's order, first RDN first, as OpenSSL and most tools show it.
import { bytesEqual, fromUtf8, toHex, toUtf8, type NameDer } from '../base/bytes.ts';
import { escapeControl } from '../base/text.ts';
import { readOid } from '../asn1/oid.ts';
import { enterWhole, readWhole, Tag, type Element } from '../asn1/reader.ts';
import { isStringTag, readString } from '../asn1/string.ts';
import { element, oid, sequence, setOf } from '../asn1/writer.ts';
import { attributeByOid, COMMON_NAME } from './attributes.ts';

export interface AttributeTypeAndValue {
  readonly oid: string;
  /** The text, or `#` and the hexadecimal DER where it has none (RFC 4514 §2.4). */
  readonly value: string;
  /** Identifier octet of the string type. */
  readonly tag: number;
  /** The value as it was encoded, kept where we would not write it this way. */
  readonly der?: Uint8Array;
}

type RelativeName = readonly AttributeTypeAndValue[];

/** RDNs in the order of the certificate. */
export interface DistinguishedName {
  readonly rdns: readonly RelativeName[];
}

/** The name without RDNs: the subject of a certificate that has only alternative names. */
export const EMPTY_DN: DistinguishedName = { rdns: [] };

/** Encodes a Name (RFC 5280 §4.1.2.4), each value in its own string type. */
export function encodeDn(dn: DistinguishedName): NameDer {
  return sequence(
    ...dn.rdns.map((rdn) =>
      setOf(
        ...rdn.map((attribute) =>
          sequence(
            oid(attribute.oid),
            attribute.der ?? element(attribute.tag, toUtf8(attribute.value)),
          ),
        ),
      ),
    ),
  ) as NameDer;
}

/**
 * Reads a Name. Structure is strict; values are not: what breaks its string type, as live
 * certificates do, is still shown.
 * @throws MtlsError DER_MALFORMED
 */
export function decodeDn(der: Uint8Array): DistinguishedName {
  const names = enterWhole(der);
  const rdns: RelativeName[] = [];
  while (!names.done) {
    const set = names.enter(Tag.Set);
    const rdn: AttributeTypeAndValue[] = [];
    do {
      const attribute = set.enter();
      const type = readOid(attribute);
      rdn.push(readValue(type, attribute.next()));
      attribute.end();
    } while (!set.done);
    rdns.push(rdn);
  }
  return { rdns };
}

function readValue(type: string, found: Element): AttributeTypeAndValue {
  const { tag, whole } = found;
  if (tag === Tag.Utf8String || tag === Tag.PrintableString || tag === Tag.Ia5String) {
    const text = textOf(found);
    if (text !== undefined) return { oid: type, value: text, tag };
  }
  return { oid: type, value: looseText(found) ?? `#${toHex(whole)}`, tag, der: whole };
}

function textOf(found: Element): string | undefined {
  try {
    return readString(found);
  } catch {
    return undefined;
  }
}

/** Text even where ASCII stands outside the type's set: `@` or `_` in a PrintableString is common. */
function looseText(found: Element): string | undefined {
  if (!isStringTag(found.tag)) return undefined;
  const text = textOf(found);
  if (text !== undefined || found.tag === Tag.BmpString || found.tag === Tag.UniversalString)
    return text;
  return found.content.every((octet) => octet < 0x80) ? fromUtf8(found.content) : undefined;
}

/** Reads the text of one DER string given whole, as `#` values carry it; undefined when it is none. */
export function readStringDer(der: Uint8Array): string | undefined {
  try {
    const found = readWhole(der);
    return isStringTag(found.tag) ? readString(found) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value could be read as text. */
export function isText(attribute: AttributeTypeAndValue): boolean {
  return attribute.der === undefined || attribute.value !== `#${toHex(attribute.der)}`;
}

/** Text by RFC 4514 (but first RDN first); control and invisible characters as `\1B` octets. */
export function formatDn(dn: DistinguishedName): string {
  return dn.rdns.map((rdn) => rdn.map(formatAttribute).join('+')).join(', ');
}

function formatAttribute(attribute: AttributeTypeAndValue): string {
  const type = attributeByOid(attribute.oid)?.keyword ?? attribute.oid;
  return `${type}=${isText(attribute) ? escapeValue(attribute.value) : attribute.value}`;
}

/** RFC 4514 §2.4; what could drive a terminal goes out as escaped UTF-8 octets. */
function escapeValue(value: string): string {
  const escaped = value.replace(/^[ #]|[\\,+"<>;]| $/g, '\\$&');
  if (escapeControl(escaped) === escaped) return escaped;
  return Array.from(escaped, (character) =>
    escapeControl(character) === character
      ? character
      : toHex(toUtf8(character)).toUpperCase().replace(/../g, '\\$&'),
  ).join('');
}

/** The first common name, if any. */
export function commonName(dn: DistinguishedName): string | undefined {
  return attributeValues(dn, COMMON_NAME)[0];
}

/** Texts of every attribute of this type, in order. */
export function attributeValues(dn: DistinguishedName, type: string): readonly string[] {
  return dn.rdns.flatMap((rdn) =>
    rdn
      .filter((attribute) => attribute.oid === type && isText(attribute))
      .map((attribute) => attribute.value),
  );
}

/**
 * Whether two names are the same by RFC 5280 §7.1: case and runs of spaces do not count,
 * nor does the string type, nor the order within one RDN.
 */
export function dnEqual(a: NameDer, b: NameDer): boolean {
  if (bytesEqual(a, b)) return true;
  const [left, right] = [comparisonKeys(decodeDn(a)), comparisonKeys(decodeDn(b))];
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

/** One key an RDN; names are equal when their keys are, and a prefix of keys is a subtree. */
export function comparisonKeys(dn: DistinguishedName): readonly string[] {
  return dn.rdns.map((rdn) =>
    JSON.stringify(
      rdn
        .map((attribute) => [attribute.oid, comparable(attribute)])
        .sort(([a1, a2], [b1, b2]) => order(a1, b1) || order(a2, b2)),
    ),
  );
}

function order(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 4518 as far as RFC 5280 §7.1 needs it: NFKC, case folded, spaces trimmed and folded. */
function comparable(attribute: AttributeTypeAndValue): string {
  if (!isText(attribute)) return attribute.value;
  const folded = attribute.value.normalize('NFKC').toLowerCase();
  return `=${folded.split(/\s+/).filter(Boolean).join(' ')}`;
}
