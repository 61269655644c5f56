// GeneralName (RFC 5280 §4.2.1.6): DER in and out, and text. Reading is lenient about what a
// value says, so that a bad certificate can be shown; generalNameFault says what is wrong with it.
import { MtlsError } from '../base/errors.ts';
import { toHex, toUtf8, type NameDer } from '../base/bytes.ts';
import { escapeControl } from '../base/text.ts';
import { decodeOid, encodeOid, readOid } from '../asn1/oid.ts';
import {
  contextConstructed,
  contextPrimitive,
  DerReader,
  enterWhole,
  readerOf,
  type Element,
} from '../asn1/reader.ts';
import { isIa5String } from '../asn1/string.ts';
import { explicit, implicitConstructed, implicitPrimitive, oid, sequence } from '../asn1/writer.ts';
import { decodeDn, formatDn, type DistinguishedName } from './distinguished-name.ts';
import { isLooseDnsName } from './dns.ts';
import { formatIp } from './ip.ts';
import { readMailbox } from './mailbox.ts';

export type GeneralName =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly value: string }
  /** Four or sixteen bytes in a sound certificate; any number in a bad one. */
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'dirName'; readonly value: DistinguishedName; readonly der: NameDer }
  /** otherName: `value` is the DER of the typed value. */
  | { readonly kind: 'other'; readonly oid: string; readonly value: Uint8Array }
  | { readonly kind: 'rid'; readonly oid: string }
  /** Whole element. */
  | { readonly kind: 'x400' | 'ediParty'; readonly der: Uint8Array };

type GeneralNameKind = GeneralName['kind'];

/** Identifier octets of the choices. */
export const GENERAL_NAME_TAGS: Readonly<Record<GeneralNameKind, number>> = {
  other: contextConstructed(0),
  email: contextPrimitive(1),
  dns: contextPrimitive(2),
  x400: contextConstructed(3),
  dirName: contextConstructed(4),
  ediParty: contextConstructed(5),
  uri: contextPrimitive(6),
  ip: contextPrimitive(7),
  rid: contextPrimitive(8),
};

export function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.kind) {
    case 'other':
      return implicitConstructed(0, oid(name.oid), explicit(0, name.value));
    case 'email':
      return implicitPrimitive(1, toUtf8(name.value));
    case 'dns':
      return implicitPrimitive(2, toUtf8(name.value));
    case 'uri':
      return implicitPrimitive(6, toUtf8(name.value));
    case 'ip':
      return implicitPrimitive(7, name.value);
    case 'rid':
      return implicitPrimitive(8, encodeOid(name.oid));
    // Name is a CHOICE, so its tag is explicit (X.680 §31.2.7)
    case 'dirName':
      return explicit(4, name.der);
    case 'x400':
    case 'ediParty':
      return name.der;
  }
}

/** Encodes GeneralNames, as the alternative-name extensions hold them. */
export function encodeGeneralNames(names: readonly GeneralName[]): Uint8Array {
  return sequence(...names.map(encodeGeneralName));
}

/** @throws MtlsError DER_MALFORMED, also when there is no name at all (RFC 5280 §4.2.1.6) */
export function decodeGeneralNames(der: Uint8Array): readonly GeneralName[] {
  const reader = enterWhole(der);
  const names: GeneralName[] = [];
  while (!reader.done) names.push(readGeneralName(reader));
  if (names.length === 0) throw malformed('general names are empty', reader.offset);
  return names;
}

/**
 * Reads one name, the reader's next or the element given.
 * @throws MtlsError DER_MALFORMED: unknown choice, text that is no IA5String, broken structure
 */
export function readGeneralName(source: DerReader | Element): GeneralName {
  const found = source instanceof DerReader ? source.next() : source;
  switch (found.tag) {
    case GENERAL_NAME_TAGS.other: {
      const inner = readerOf(found);
      const type = readOid(inner);
      const wrapped = inner.enter(contextConstructed(0));
      const value = wrapped.next().whole;
      wrapped.end();
      inner.end();
      return { kind: 'other', oid: type, value };
    }
    case GENERAL_NAME_TAGS.email:
      return { kind: 'email', value: ia5(found) };
    case GENERAL_NAME_TAGS.dns:
      return { kind: 'dns', value: ia5(found) };
    case GENERAL_NAME_TAGS.uri:
      return { kind: 'uri', value: ia5(found) };
    case GENERAL_NAME_TAGS.ip:
      return { kind: 'ip', value: found.content };
    case GENERAL_NAME_TAGS.rid:
      return { kind: 'rid', oid: decodeOid(found.content) };
    case GENERAL_NAME_TAGS.dirName: {
      const inner = readerOf(found);
      const der = inner.next().whole as NameDer;
      inner.end();
      return { kind: 'dirName', value: decodeDn(der), der };
    }
    case GENERAL_NAME_TAGS.x400:
      return { kind: 'x400', der: found.whole };
    case GENERAL_NAME_TAGS.ediParty:
      return { kind: 'ediParty', der: found.whole };
    default:
      throw malformed('unknown kind of general name', found.offset);
  }
}

function ia5({ content, offset }: Element): string {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString(
    'latin1',
  );
  if (!isIa5String(text)) throw malformed('character outside the string type', offset);
  return text;
}

function malformed(what: string, offset: number): MtlsError {
  return new MtlsError('DER_MALFORMED', `malformed DER: ${what} at byte ${offset}`);
}

/** What RFC 5280 §4.2.1.6 holds against a name that could be read, or undefined. */
export function generalNameFault(name: GeneralName): string | undefined {
  switch (name.kind) {
    case 'dns': {
      const base = name.value.startsWith('*.') ? name.value.slice(2) : name.value;
      return isLooseDnsName(base) ? undefined : 'is not a DNS name';
    }
    case 'ip':
      return name.value.length === 4 || name.value.length === 16
        ? undefined
        : `has ${name.value.length} bytes where an IP address has 4 or 16`;
    case 'email':
      return readMailbox(name.value) === undefined ? 'is not a mailbox' : undefined;
    case 'uri':
      return /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(name.value)
        ? undefined
        : 'is not an absolute URI';
    case 'dirName':
    case 'other':
    case 'rid':
    case 'x400':
    case 'ediParty':
      return undefined;
  }
}

/** `DNS:api`, `IP:10.0.0.7`, `URI:…`, `email:…`; fit for a terminal and for a comma-separated list. */
export function formatGeneralName(name: GeneralName): string {
  switch (name.kind) {
    case 'dns':
      return `DNS:${quoted(name.value)}`;
    case 'email':
      return `email:${quoted(name.value)}`;
    case 'uri':
      return `URI:${quoted(name.value)}`;
    case 'ip':
      return `IP:${formatIp(name.value)}`;
    case 'dirName':
      return `dirName:${formatDn(name.value)}`;
    case 'other':
      return `otherName:${name.oid}#${toHex(name.value)}`;
    case 'rid':
      return `RID:${name.oid}`;
    case 'x400':
      return `X400:#${toHex(name.der)}`;
    case 'ediParty':
      return `ediParty:#${toHex(name.der)}`;
  }
}

/** A value that could pass for two names is put in quotes (CVE-2021-44532). */
function quoted(value: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(value)) return value;
  return `"${escapeControl(value.replace(/["\\]/g, '\\$&'))}"`;
}
