// Bytes and their brands: a brand says what a run of bytes has been parsed or built as.

declare const brand: unique symbol;

/** Bytes known to be of one kind; made only where that kind is parsed or encoded. */
export type Branded<Kind extends string> = Uint8Array & { readonly [brand]: Kind };

/** A whole Certificate, RFC 5280 §4.1. */
export type CertificateDer = Branded<'Certificate'>;
/** A whole CertificateList, RFC 5280 §5.1. */
export type CrlDer = Branded<'CertificateList'>;
/** A whole CertificationRequest, RFC 2986 §4. */
export type CsrDer = Branded<'CertificationRequest'>;
/** A whole SubjectPublicKeyInfo, RFC 5280 §4.1.2.7. */
export type SpkiDer = Branded<'SubjectPublicKeyInfo'>;
/** A whole Name, RFC 5280 §4.1.2.4. */
export type NameDer = Branded<'Name'>;
/** A whole PrivateKeyInfo, RFC 5208 §5; secret. */
export type Pkcs8Der = Branded<'PrivateKeyInfo'>;

/** Whether two byte strings are the same; not in constant time. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Orders byte strings as unsigned octets, a prefix first (DER SET OF order, X.690 §11.6). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * Room for a secret, outside of V8's heap: small arrays lie within it, and the garbage collector and
 * each call into OpenSSL would leave copies of them that nothing clears.
 */
export function secretBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** A secret of several parts, or a copy of one; the parts are the caller's to clear. */
export function joinSecret(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = secretBytes(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** UTF-8 of a secret that came as text. */
export function secretOfText(text: string): Uint8Array {
  return useSecret(Buffer.from(text, 'utf8'), (bytes) => joinSecret(bytes));
}

/** Uses up a secret: whatever comes of it, its bytes are cleared. */
export function useSecret<Secret extends Uint8Array, Value>(
  secret: Secret,
  use: (secret: Secret) => Value,
): Value {
  try {
    return use(secret);
  } finally {
    secret.fill(0);
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Upper-case hexadecimal in pairs, as fingerprints are shown: `AB:CD`. */
export function toColonHex(bytes: Uint8Array): string {
  return toHex(bytes)
    .toUpperCase()
    .replace(/..(?!$)/g, '$&:');
}

/** Reads hexadecimal of even length, or answers undefined. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function toBase64(bytes: Uint8Array): string {
  return view(bytes).toString('base64');
}

/** Reads strict base64 (whole quartets, padded, no other characters), or answers undefined. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Bits left over in the last quartet must be zero, else two texts would mean one value.
  if (bytes.toString('base64') !== text) return undefined;
  return new Uint8Array(bytes);
}

export function toUtf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads UTF-8 strictly (a BOM is kept), or answers undefined. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
