// Strict DER (X.690 §10, §11): one encoding for one value, no leftovers, bounded depth.
// A cursor walks views of the input; nothing is copied.
import { MtlsError } from '../base/errors.ts';
import { MAX_DEPTH } from './limits.ts';

/** Identifier octets used in PKIX, tag class and constructed bit included. */
export const Tag = {
  Boolean: 0x01,
  Integer: 0x02,
  BitString: 0x03,
  OctetString: 0x04,
  Null: 0x05,
  ObjectIdentifier: 0x06,
  Enumerated: 0x0a,
  Utf8String: 0x0c,
  NumericString: 0x12,
  PrintableString: 0x13,
  TeletexString: 0x14,
  Ia5String: 0x16,
  UtcTime: 0x17,
  GeneralizedTime: 0x18,
  VisibleString: 0x1a,
  UniversalString: 0x1c,
  BmpString: 0x1e,
  Sequence: 0x30,
  Set: 0x31,
} as const;

/** `[n] EXPLICIT` or `[n] IMPLICIT` of a constructed type. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}

/** `[n] IMPLICIT` of a primitive type. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

function malformed(what: string, offset: number): MtlsError {
  return new MtlsError('DER_MALFORMED', `malformed DER: ${what} at byte ${offset}`, {
    data: { what, offset },
  });
}

/** One tag-length-value. */
export interface Element {
  readonly tag: number;
  /** Content octets, a view. */
  readonly content: Uint8Array;
  /** Tag, length and content, a view. */
  readonly whole: Uint8Array;
  /** Where the element starts in the outermost input. */
  readonly offset: number;
  readonly depth: number;
}

export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #depth: number;
  #position = 0;

  constructor(bytes: Uint8Array, base = 0, depth = 0) {
    if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`, base);
    this.#bytes = bytes;
    this.#base = base;
    this.#depth = depth;
  }

  /** Where the next element starts in the outermost input. */
  get offset(): number {
    return this.#base + this.#position;
  }

  get depth(): number {
    return this.#depth;
  }

  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The next element's tag, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#position];
  }

  /** Reads the next element, of any tag or of the one given. */
  next(tag?: number): Element {
    const bytes = this.#bytes;
    const start = this.#position;
    let at = start;
    const found = bytes[at++];
    if (found === undefined) throw malformed('unexpected end', this.offset);
    if (tag !== undefined && found !== tag)
      throw malformed(`tag ${hexTag(found)} where ${hexTag(tag)} was expected`, this.offset);
    if ((found & 0x1f) === 0x1f) throw malformed('tag number above 30', this.offset);
    if (found === 0) throw malformed('end-of-contents tag', this.offset);

    const first = bytes[at++];
    if (first === undefined) throw malformed('length is cut off', this.offset);
    let length = first;
    if (first === 0x80) throw malformed('indefinite length', this.offset);
    if (first > 0x80) {
      const octets = first & 0x7f;
      if (octets > 4) throw malformed('length over 32 bits', this.offset);
      length = 0;
      for (let i = 0; i < octets; i++) {
        const octet = bytes[at++];
        if (octet === undefined) throw malformed('length is cut off', this.offset);
        length = length * 256 + octet;
      }
      // X.690 §10.1: the shortest form of length
      if (length < 0x80 || length < 2 ** (8 * (octets - 1)))
        throw malformed('length is not in its shortest form', this.offset);
    }
    if (length > bytes.length - at)
      throw malformed(`${length} bytes announced, ${bytes.length - at} left`, this.offset);

    const end = at + length;
    const element: Element = {
      tag: found,
      content: bytes.subarray(at, end),
      whole: bytes.subarray(start, end),
      offset: this.#base + start,
      depth: this.#depth,
    };
    this.#position = end;
    return element;
  }

  /** Reads the next element if it has this tag. */
  optional(tag: number): Element | undefined {
    return this.peek() === tag ? this.next(tag) : undefined;
  }

  /** Enters the next element, which must be constructed and of this tag. */
  enter(tag: number = Tag.Sequence): DerReader {
    return readerOf(this.next(tag));
  }

  /** Says that nothing may follow. */
  end(): void {
    if (!this.done) throw malformed('unexpected data', this.offset);
  }

  boolean(tag: number = Tag.Boolean): boolean {
    const element = this.next(tag);
    const value = element.content[0];
    // X.690 §11.1: TRUE is FF
    if (element.content.length !== 1 || (value !== 0x00 && value !== 0xff))
      throw malformed('boolean is neither 00 nor FF', element.offset);
    return value === 0xff;
  }

  /** Content octets of an INTEGER, two's complement in its shortest form. */
  integerBytes(tag: number = Tag.Integer): Uint8Array {
    const element = this.next(tag);
    const { content } = element;
    const [first, second] = content;
    if (first === undefined) throw malformed('integer without content', element.offset);
    // X.690 §8.3.2: the first nine bits must not all be equal
    if (
      second !== undefined &&
      ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80))
    )
      throw malformed('integer is not in its shortest form', element.offset);
    return content;
  }

  /** A non-negative INTEGER up to 2^48 - 1. */
  smallInteger(tag: number = Tag.Integer): number {
    const at = this.offset;
    const content = this.integerBytes(tag);
    if ((content[0] as number) >= 0x80) throw malformed('negative integer', at);
    if (content.length > 6) throw malformed('integer too large', at);
    let value = 0;
    for (const octet of content) value = value * 256 + octet;
    return value;
  }

  octetString(tag: number = Tag.OctetString): Uint8Array {
    return this.next(tag).content;
  }

  null(): void {
    const element = this.next(Tag.Null);
    if (element.content.length !== 0) throw malformed('null with content', element.offset);
  }

  /** A BIT STRING of whole octets, as keys and signatures are. */
  bitStringBytes(tag: number = Tag.BitString): Uint8Array {
    const at = this.offset;
    const { bytes, unusedBits } = this.bitString(tag);
    if (unusedBits !== 0) throw malformed('bit string is not whole octets', at);
    return bytes;
  }

  /** Any BIT STRING; unused bits must be zero (X.690 §11.2.1). */
  bitString(tag: number = Tag.BitString): { bytes: Uint8Array; unusedBits: number } {
    const element = this.next(tag);
    const unusedBits = element.content[0];
    if (unusedBits === undefined || unusedBits > 7)
      throw malformed('bit string with a bad count of unused bits', element.offset);
    const bytes = element.content.subarray(1);
    const last = bytes.at(-1);
    if (unusedBits > 0 && (last === undefined || (last & ((1 << unusedBits) - 1)) !== 0))
      throw malformed('bit string with unused bits set', element.offset);
    return { bytes, unusedBits };
  }

  /**
   * A BIT STRING of named bits, as a list of their numbers; trailing zero bits are refused
   * (X.690 §11.2.2).
   */
  namedBits(tag: number = Tag.BitString): readonly number[] {
    const at = this.offset;
    const { bytes, unusedBits } = this.bitString(tag);
    const last = bytes.at(-1);
    if (last !== undefined && (last & (1 << unusedBits)) === 0)
      throw malformed('named bits end in zeros', at);
    const set: number[] = [];
    bytes.forEach((octet, index) => {
      for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) set.push(index * 8 + bit);
    });
    return set;
  }
}

/** A reader over an element's content, one level deeper. */
export function readerOf(element: Element): DerReader {
  if ((element.tag & 0x20) === 0)
    throw malformed('primitive where constructed was expected', element.offset);
  const header = element.whole.length - element.content.length;
  return new DerReader(element.content, element.offset + header, element.depth + 1);
}

/** Reads one element that is the whole input. */
export function readWhole(bytes: Uint8Array, tag?: number): Element {
  const reader = new DerReader(bytes);
  const element = reader.next(tag);
  reader.end();
  return element;
}

/** Enters the one constructed element that is the whole input. */
export function enterWhole(bytes: Uint8Array, tag: number = Tag.Sequence): DerReader {
  return readerOf(readWhole(bytes, tag));
}

function hexTag(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
