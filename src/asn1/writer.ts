// DER out: each function answers one whole element.
import { compareBytes } from '../base/bytes.ts';
import { invariant } from '../base/assert.ts';
import { encodeOid } from './oid.ts';
import { Tag, contextConstructed, contextPrimitive } from './reader.ts';

function headerLength(length: number): number {
  if (length < 0x80) return 2;
  if (length < 0x100) return 3;
  if (length < 0x10000) return 4;
  return length < 0x1000000 ? 5 : 6;
}

function writeHeader(target: Uint8Array, tag: number, length: number): number {
  target[0] = tag;
  const octets = headerLength(length) - 2;
  if (octets === 0) {
    target[1] = length;
    return 2;
  }
  target[1] = 0x80 | octets;
  for (let i = 0; i < octets; i++) target[2 + i] = (length >>> (8 * (octets - 1 - i))) & 0xff;
  return 2 + octets;
}

/** Tag, length and the content given in parts. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(headerLength(length) + length);
  let offset = writeHeader(whole, tag, length);
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(Tag.Sequence, ...parts);
}

/** A SET OF: its elements in ascending order (X.690 §11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return element(Tag.Set, ...[...parts].sort(compareBytes));
}

export function explicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(contextConstructed(number), ...parts);
}

/** `[n] IMPLICIT` of a primitive type, given its content octets. */
export function implicitPrimitive(number: number, content: Uint8Array): Uint8Array {
  return element(contextPrimitive(number), content);
}

/** `[n] IMPLICIT` of a constructed type, given its elements. */
export function implicitConstructed(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(contextConstructed(number), ...parts);
}

export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(Tag.Boolean, 1, value ? 0xff : 0x00);
}

export function nullValue(): Uint8Array {
  return Uint8Array.of(Tag.Null, 0);
}

/** A non-negative INTEGER below 2^53. */
export function integer(value: number): Uint8Array {
  invariant(Number.isSafeInteger(value) && value >= 0, 'integer out of range');
  const octets: number[] = [];
  let rest = value;
  do {
    octets.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  if ((octets[0] as number) >= 0x80) octets.unshift(0);
  return element(Tag.Integer, Uint8Array.from(octets));
}

/** An INTEGER from its magnitude, big-endian; zeros in front are dropped, a sign octet added. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const trimmed = magnitude.subarray(start);
  if (trimmed.length === 0) return integer(0);
  return (trimmed[0] as number) >= 0x80
    ? element(Tag.Integer, Uint8Array.of(0), trimmed)
    : element(Tag.Integer, trimmed);
}

/** An INTEGER from its content octets as read. */
export function integerFromContent(content: Uint8Array): Uint8Array {
  return element(Tag.Integer, content);
}

export function enumerated(value: number): Uint8Array {
  return Uint8Array.of(Tag.Enumerated, 1, value);
}

export function octetString(content: Uint8Array): Uint8Array {
  return element(Tag.OctetString, content);
}

/** A BIT STRING of whole octets. */
export function bitString(content: Uint8Array): Uint8Array {
  return element(Tag.BitString, Uint8Array.of(0), content);
}

/** Content octets (the count of unused bits first) of named bits, trailing zeros dropped (X.690 §11.2.2). */
export function namedBitsContent(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return Uint8Array.of(0);
  const highest = Math.max(...bits);
  const octets = new Uint8Array(1 + Math.floor(highest / 8) + 1);
  octets[0] = 7 - (highest % 8);
  for (const bit of bits) {
    const index = 1 + Math.floor(bit / 8);
    octets[index] = (octets[index] as number) | (0x80 >> (bit % 8));
  }
  return octets;
}

export function namedBits(bits: readonly number[]): Uint8Array {
  return element(Tag.BitString, namedBitsContent(bits));
}

export function oid(dotted: string): Uint8Array {
  return element(Tag.ObjectIdentifier, encodeOid(dotted));
}
