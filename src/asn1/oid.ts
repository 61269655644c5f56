// Object identifiers: content octets to dotted text and back (X.690 §8.19).
import { MtlsError } from '../base/errors.ts';
import { invariant } from '../base/assert.ts';
import { MAX_OID_LENGTH } from './limits.ts';
import { Tag, type DerReader } from './reader.ts';

const encoded = new Map<string, Uint8Array>();

/** Content octets of a dotted object identifier that the program itself states. */
export function encodeOid(dotted: string): Uint8Array {
  const known = encoded.get(dotted);
  if (known) return known;
  const arcs = dotted.split('.').map(BigInt);
  const [first, second] = arcs;
  invariant(
    first !== undefined && second !== undefined && first <= 2n && (first === 2n || second < 40n),
    `bad object identifier ${dotted}`,
  );
  const octets: number[] = [];
  for (const arc of [first * 40n + second, ...arcs.slice(2)]) {
    const groups = [Number(arc & 0x7fn)];
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) groups.unshift(Number(rest & 0x7fn) | 0x80);
    octets.push(...groups);
  }
  const bytes = Uint8Array.from(octets);
  // Only a fixed table of identifiers comes here in practice; the bound keeps it one.
  if (encoded.size < 512) encoded.set(dotted, bytes);
  return bytes;
}

/** `.0` to `.127`, for arcs of one octet. */
const SMALL_ARCS = Array.from({ length: 0x80 }, (_, arc) => `.${arc}`);

/** Texts of the first octet where it stands for two arcs. */
const FIRST_ARCS = Array.from({ length: 0x80 }, (_, octet) =>
  octet < 40 ? `0.${octet}` : octet < 80 ? `1.${octet - 40}` : `2.${octet - 80}`,
);

/** Dotted text of an object identifier's content octets; shortest form demanded. */
export function decodeOid(content: Uint8Array): string {
  // Nearly all of PKIX has arcs of one octet; undefined leaves the rest, and what is wrong, below.
  const { length } = content;
  if (length > 0 && length <= 16) {
    let text = FIRST_ARCS[content[0] as number];
    for (let i = 1; i < length && text !== undefined; i++) {
      const arc = SMALL_ARCS[content[i] as number];
      text = arc === undefined ? undefined : text + arc;
    }
    if (text !== undefined) return text;
  }
  return decodeLongArcs(content);
}

function decodeLongArcs(content: Uint8Array): string {
  const fail = (what: string) =>
    new MtlsError('DER_MALFORMED', `malformed DER: object identifier ${what}`);
  if (content.length === 0) throw fail('is empty');
  if (content.length > MAX_OID_LENGTH) throw fail('is too long');
  if ((content.at(-1) as number) >= 0x80) throw fail('is cut off');
  const arcs: string[] = [];
  let value = 0;
  let large: bigint | undefined;
  let start = true;
  for (const octet of content) {
    if (start && octet === 0x80) throw fail('is not in its shortest form');
    start = false;
    if (large === undefined && value >= 2 ** 45) large = BigInt(value);
    if (large === undefined) value = value * 128 + (octet & 0x7f);
    else large = (large << 7n) | BigInt(octet & 0x7f);
    if (octet < 0x80) {
      const arc = large ?? value;
      if (arcs.length === 0) {
        const root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
        arcs.push(String(root));
        arcs.push(
          typeof arc === 'bigint' ? String(arc - BigInt(root * 40)) : String(arc - root * 40),
        );
      } else arcs.push(String(arc));
      value = 0;
      large = undefined;
      start = true;
    }
  }
  return arcs.join('.');
}

/** Reads an OBJECT IDENTIFIER as dotted text. */
export function readOid(reader: DerReader, tag: number = Tag.ObjectIdentifier): string {
  return decodeOid(reader.next(tag).content);
}
