// BER to DER, for the one format that other programs still write in BER: PKCS#12. Lengths become
// definite and shortest, strings in pieces become whole; values stay as they are (X.690 §8.1).
import { concatBytes } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { MAX_DEPTH } from './limits.ts';
import { Tag } from './reader.ts';
import * as der from './writer.ts';

const CONSTRUCTED = 0x20;
const UNIVERSAL = 0xc0;
const INDEFINITE = -1;

/**
 * Rewrites the first element of the input; what follows it is the caller's to refuse. Takes time
 * in proportion to the input, at each of at most MAX_DEPTH levels.
 *
 * @returns the element in DER, and how many octets of the input it took
 * @throws MtlsError DER_MALFORMED
 */
export function derOfBer(bytes: Uint8Array): {
  readonly der: Uint8Array;
  readonly length: number;
} {
  const cursor: Cursor = { bytes, at: 0, left: MAX_ELEMENTS };
  const found = rewrite(cursor, bytes.length, 0);
  return { der: found, length: cursor.at };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Elements that may still come. */
  left: number;
}

/** Each is an object here, and may be two octets of the input; a store of 10,000 entries has half. */
const MAX_ELEMENTS = 300_000;

function rewrite(cursor: Cursor, end: number, depth: number): Uint8Array {
  const start = cursor.at;
  if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`, start);
  if (cursor.left-- === 0) throw malformed(`more than ${MAX_ELEMENTS} elements`, start);
  const tag = octet(cursor, end);
  if ((tag & 0x1f) === 0x1f) throw malformed('tag number above 30', start);
  if (tag === 0) throw malformed('end-of-contents tag', start);
  const length = readLength(cursor, end);
  if ((tag & CONSTRUCTED) === 0) {
    if (length === INDEFINITE) throw malformed('primitive of indefinite length', start);
    cursor.at += length;
    return der.element(tag, cursor.bytes.subarray(cursor.at - length, cursor.at));
  }
  const inside = readInside(cursor, length === INDEFINITE ? undefined : length, end, depth);
  // Strings in pieces; of constructed universal types only SEQUENCE and SET are none
  if ((tag & UNIVERSAL) === 0 && tag !== Tag.Sequence && tag !== Tag.Set)
    return der.element(tag & ~CONSTRUCTED, joined(inside, tag & ~CONSTRUCTED, start));
  return der.element(tag, concatBytes(inside));
}

function readInside(
  cursor: Cursor,
  length: number | undefined,
  end: number,
  depth: number,
): readonly Uint8Array[] {
  const { bytes } = cursor;
  const inside: Uint8Array[] = [];
  const stop = length === undefined ? end : cursor.at + length;
  for (;;) {
    if (length !== undefined && cursor.at === stop) return inside;
    if (length === undefined && bytes[cursor.at] === 0 && cursor.at + 1 < end) {
      if (bytes[cursor.at + 1] !== 0) throw malformed('end-of-contents with a length', cursor.at);
      cursor.at += 2;
      return inside;
    }
    inside.push(rewrite(cursor, stop, depth + 1));
  }
}

/** Content of a string's pieces, which are in DER by now and of the string's own type. */
function joined(pieces: readonly Uint8Array[], tag: number, start: number): Uint8Array {
  if (tag !== Tag.OctetString) throw malformed('string in pieces that is no OCTET STRING', start);
  return joinOctets(pieces, start);
}

/**
 * The octets of OCTET STRINGs in DER, one after the other: what a constructed
 * `[n] IMPLICIT OCTET STRING` means, whose tag does not tell.
 *
 * @throws MtlsError DER_MALFORMED
 */
export function joinOctets(pieces: readonly Uint8Array[], offset: number): Uint8Array {
  return concatBytes(
    pieces.map((piece) => {
      if (piece[0] !== Tag.OctetString) throw malformed('a piece that is no OCTET STRING', offset);
      const form = piece[1] ?? 0;
      return piece.subarray(form < 0x80 ? 2 : 2 + (form & 0x7f));
    }),
  );
}

function readLength(cursor: Cursor, end: number): number {
  const start = cursor.at;
  const first = octet(cursor, end);
  if (first === 0x80) return INDEFINITE;
  let length = first;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4) throw malformed('length over 32 bits', start);
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + octet(cursor, end);
  }
  if (length > end - cursor.at)
    throw malformed(`${length} bytes announced, ${end - cursor.at} left`, start);
  return length;
}

function octet(cursor: Cursor, end: number): number {
  if (cursor.at >= end) throw malformed('unexpected end', cursor.at);
  return cursor.bytes[cursor.at++] as number;
}

function malformed(what: string, offset: number): MtlsError {
  return new MtlsError('DER_MALFORMED', `malformed BER: ${what} at byte ${offset}`, {
    data: { what, offset },
  });
}
