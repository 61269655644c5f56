// Attributes: extensions of one's own, for rules that go by more than a name (RFC 5280 §4.2).
import { readWhole } from '../asn1/reader.ts';
import { utf8String } from '../asn1/string.ts';
import { fromHex, fromUtf8, toHex } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { extensionName } from './extension-names.ts';
import type { Extension } from './extension-values.ts';

/** An extension that is never critical; `value` is the content of extnValue, one DER element. */
export interface Attribute {
  readonly oid: string;
  readonly value: Uint8Array;
}

/** More arcs and larger ones than this are not read by Go and GnuTLS. */
const MAX_ARC = 2 ** 31 - 1;
const MAX_ARCS = 20;
const MAX_VALUE = 1024;
/** Arcs that RFC 5280 and its kin give out: id-ce and id-pe. */
const STANDARD = ['2.5.29.', '1.3.6.1.5.5.7.1.'];

const EXAMPLE =
  'write it as 1.3.6.1.4.1.99999.1=utf8:finance, or =hex:0c0766696e616e6365 for any DER';

/**
 * Reads `OID=utf8:text`, or `OID=hex:` with one whole DER element.
 *
 * @throws MtlsError BAD_OPTION; also for an extension that has a meaning already, and for what
 * would be critical: no program knows it, so every one would refuse the certificate.
 */
export function parseAttribute(text: string): Attribute {
  const bad = (why: string, hint = EXAMPLE) =>
    new MtlsError('BAD_OPTION', `extension ${quoteForeign(text)}: ${why}`, { hint });
  const equals = text.indexOf('=');
  if (equals < 0) throw bad('there is no = between its object identifier and its value');
  const oid = text.slice(0, equals);
  const fault = oidFault(oid);
  if (fault !== undefined) throw bad(fault);
  const name = extensionName(oid);
  if (name !== undefined || STANDARD.some((arc) => oid.startsWith(arc)))
    throw bad(
      `${name ?? oid} has a meaning of its own, and is written by the program alone`,
      'take an object identifier of your own organization, 1.3.6.1.4.1.<its number>.1',
    );
  const [, kind = '', given = ''] = /^([a-z0-9]+):(.*)$/s.exec(text.slice(equals + 1)) ?? [];
  if (/^critical\b/.test(text.slice(equals + 1)))
    throw bad(
      'it would be critical',
      'leave out "critical": a program that does not know it would refuse the certificate',
    );
  if (kind === 'utf8') {
    if (given === '') throw bad('its text is empty');
    if (escapeControl(given) !== given) throw bad('its text holds invisible characters');
    if (given.length > MAX_VALUE) throw bad(`its text is longer than ${MAX_VALUE} characters`);
    return { oid, value: utf8String(given) };
  }
  if (kind !== 'hex') throw bad('its value begins with neither utf8: nor hex:');
  const value = fromHex(given);
  if (!value || value.length === 0) throw bad('its value is not hexadecimal');
  if (value.length > MAX_VALUE) throw bad(`its value is longer than ${MAX_VALUE} bytes`);
  if (!isElement(value)) throw bad('its value is not one whole DER element');
  return { oid, value };
}

/** Reads attributes. Throws BAD_OPTION as `parseAttribute`, and for one that is there twice. */
export function parseAttributes(texts: readonly string[]): readonly Attribute[] {
  const attributes = texts.map(parseAttribute);
  const twice = attributes.find(({ oid }, at) =>
    attributes.some((one, i) => i < at && one.oid === oid),
  );
  if (twice)
    throw new MtlsError('BAD_OPTION', `extension ${twice.oid} is given twice`, {
      hint: 'a certificate holds each extension once (RFC 5280 §4.2); take another identifier',
    });
  return attributes;
}

/** What an issued certificate has of them, for its renewal. */
export function attributesOf(extensions: readonly Extension[]): readonly Attribute[] {
  return extensions.flatMap(({ oid, critical, value, parsed }) =>
    parsed.kind === 'unknown' &&
    !critical &&
    extensionName(oid) === undefined &&
    !STANDARD.some((arc) => oid.startsWith(arc))
      ? [{ oid, value }]
      : [],
  );
}

/** `utf8:finance`, or `hex:` and its bytes. */
export function formatAttributeValue(value: Uint8Array): string {
  const text =
    value[0] === 0x0c && isElement(value) ? fromUtf8(readWhole(value).content) : undefined;
  return text === undefined ? `hex:${toHex(value)}` : `utf8:${text}`;
}

function oidFault(oid: string): string | undefined {
  if (!/^[0-2](?:\.(?:0|[1-9][0-9]{0,9}))+$/.test(oid))
    return `${quoteForeign(oid)} is not an object identifier in dotted form`;
  const arcs = oid.split('.').map(Number);
  const [first = 0, second = 0] = arcs;
  if (first < 2 && second > 39) return 'the second number of its object identifier is over 39';
  if (arcs.length > MAX_ARCS || arcs.some((arc) => arc > MAX_ARC))
    return 'its object identifier is larger than what Go and GnuTLS read';
  return undefined;
}

function isElement(bytes: Uint8Array): boolean {
  try {
    readWhole(bytes);
    return true;
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'DER_MALFORMED') return false;
    throw error;
  }
}
