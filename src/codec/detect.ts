// What bytes are, by their structure alone: endings lie, `.crt` is PEM here and DER there.
import { fromBase64, fromUtf8 } from '../base/bytes.ts';
import { DerReader, Tag, readerOf } from '../asn1/reader.ts';
import { isJwksText } from './jwks.ts';

export type BytesKind =
  | 'pem'
  | 'der-certificate'
  | 'der-crl'
  | 'der-csr'
  | 'der-pkcs8'
  | 'der-encrypted-pkcs8'
  | 'der-sec1'
  | 'der-pkcs1'
  | 'der-spki'
  /** RSAPublicKey, RFC 8017 A.1.1. */
  | 'der-rsa-public-key'
  | 'pkcs7'
  | 'pkcs12'
  /** Java's own key store, JKS or JCEKS. */
  | 'jks'
  | 'yaml'
  | 'json'
  /** A JWK Set, RFC 7517. */
  | 'jwks'
  /** One of the others in base64 without armour, as kubectl's jsonpath prints it. */
  | 'base64'
  | 'unknown';

/** Says what bytes are. Cheap and linear; whether they are well-formed shows when they are read. */
export function detectKind(bytes: Uint8Array): BytesKind {
  if (bytes[0] === Tag.Sequence) {
    const kind = detectDer(bytes);
    if (kind !== 'unknown') return kind;
  }
  const magic = magicOf(bytes);
  if (magic === 0xfeedfeed || magic === 0xcececece) return 'jks';
  const text = readText(bytes);
  return text === undefined ? 'unknown' : detectText(text);
}

/** Text of a file: UTF-8, or UTF-16 with its mark as Windows shells write it; a BOM is dropped. */
export function readText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  // Text around PEM blocks may be in any 8-bit code; only ASCII in it matters.
  const text = fromUtf8(bytes) ?? (bytes.includes(0) ? undefined : latin1(bytes));
  return text?.startsWith('\ufeff') ? text.slice(1) : text;
}

function decodeUtf16(bytes: Uint8Array, label: 'utf-16le' | 'utf-16be'): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function magicOf(bytes: Uint8Array): number {
  return bytes.length < 4
    ? 0
    : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}

/** `-----BEGIN` in base64: what stands in the data of a Secret. */
export const ARMOURED_PEM = 'LS0tLS1CRUdJTi';

function detectText(text: string): BytesKind {
  // A Secret's stringData holds whole PEM blocks, so manifests are looked for first.
  if (/^\s*(?:\{|\[\s*["{[])/.test(text)) return isJwksText(text) ? 'jwks' : 'json';
  if (/^(?:- )?["']?apiVersion["']?[ \t]*:/m.test(text)) return 'yaml';
  // An END alone is the rest of one that was cut.
  if (text.includes('-----BEGIN ') || text.includes('-----END ')) return 'pem';
  if (text.length >= 64 && /^[A-Za-z0-9+/=\s]*$/.test(text)) {
    const inner = unwrapBase64(text);
    if (inner && !['unknown', 'base64'].includes(detectKind(inner))) return 'base64';
  }
  if (text.includes(ARMOURED_PEM) && /^[ \t]*(?:- )*["']?\w[\w.-]*["']?[ \t]*:/m.test(text))
    return 'yaml';
  return 'unknown';
}

/** Bytes of base64 that may be broken into lines. */
export function unwrapBase64(text: string): Uint8Array | undefined {
  return fromBase64(text.replace(/\s+/g, ''));
}

/** As detectKind, for bytes that begin with a DER SEQUENCE; 'unknown' when they do not. */
export function detectDer(bytes: Uint8Array): BytesKind {
  if (isBerPkcs12(bytes)) return 'pkcs12';
  try {
    const outer = readerOf(new DerReader(bytes).next(Tag.Sequence));
    switch (outer.peek()) {
      case Tag.Integer:
        return fromVersion(outer);
      case Tag.ObjectIdentifier:
        // ContentInfo, RFC 5652 §3
        outer.next();
        return outer.peek() === 0xa0 ? 'pkcs7' : 'unknown';
      case Tag.Sequence:
        return fromSequence(outer);
      default:
        return 'unknown';
    }
  } catch {
    return 'unknown';
  }
}

// Keytool and Windows write PKCS#12 with indefinite lengths, which the reader refuses.
function isBerPkcs12(bytes: Uint8Array): boolean {
  return (
    bytes[0] === Tag.Sequence &&
    bytes[1] === 0x80 &&
    bytes[2] === Tag.Integer &&
    bytes[3] === 1 &&
    bytes[4] === 3 &&
    bytes[5] === Tag.Sequence
  );
}

function fromVersion(outer: DerReader): BytesKind {
  const first = outer.integerBytes();
  const version = first.length === 1 ? first[0] : undefined;
  const second = outer.peek();
  // SEC1 C.4: ecPrivkeyVer1 (1), OCTET STRING
  if (version === 1 && second === Tag.OctetString) return 'der-sec1';
  // PFX, RFC 7292 §4: v3, ContentInfo
  if (version === 3 && second === Tag.Sequence) return 'pkcs12';
  // RFC 5958 §2: v1 or v2, AlgorithmIdentifier, OCTET STRING
  if ((version === 0 || version === 1) && second === Tag.Sequence) {
    outer.next();
    return outer.peek() === Tag.OctetString ? 'der-pkcs8' : 'unknown';
  }
  if (second !== Tag.Integer) return 'unknown';
  outer.next();
  // RFC 8017 A.1.2 goes on with seven integers, A.1.1 ends
  if (version === 0 && outer.peek() === Tag.Integer) return 'der-pkcs1';
  return outer.done ? 'der-rsa-public-key' : 'unknown';
}

function fromSequence(outer: DerReader): BytesKind {
  const inner = outer.enter();
  const second = outer.peek();
  if (inner.peek() === Tag.ObjectIdentifier) {
    if (second === Tag.BitString) return 'der-spki';
    return second === Tag.OctetString ? 'der-encrypted-pkcs8' : 'unknown';
  }
  // SIGNED{}: what is to be signed, AlgorithmIdentifier, BIT STRING
  if (second !== Tag.Sequence) return 'unknown';
  outer.next();
  return outer.peek() === Tag.BitString ? fromSigned(inner) : 'unknown';
}

function isTime(tag: number | undefined): boolean {
  return tag === Tag.UtcTime || tag === Tag.GeneralizedTime;
}

function fromSigned(inner: DerReader): BytesKind {
  const tags: (number | undefined)[] = [];
  for (let i = 0; i < 4 && !inner.done; i++) tags.push(inner.next().tag);
  const [first, second, third, fourth] = tags;
  // [0] EXPLICIT Version of RFC 5280 §4.1
  if (first === 0xa0) return 'der-certificate';
  // a CRL without a version, RFC 5280 §5.1: AlgorithmIdentifier, Name, Time
  if (first === Tag.Sequence) return isTime(third) ? 'der-crl' : 'unknown';
  if (first !== Tag.Integer || second !== Tag.Sequence || third !== Tag.Sequence) return 'unknown';
  if (isTime(fourth)) return 'der-crl';
  // a version 1 certificate goes on with its Validity, a request with [0] attributes or nothing
  if (fourth === Tag.Sequence) return 'der-certificate';
  return fourth === undefined || fourth === 0xa0 ? 'der-csr' : 'unknown';
}
