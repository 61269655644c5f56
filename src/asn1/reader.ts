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

/** The bit of an identifier octet that says: elements within. */
const CONSTRUCTED = 0x20;

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

/** One tag-length-value. Views of it are made where somebody asks: they cost more than reading. */
export class Element {
  readonly tag: number;
  /** Where the element starts in the outermost input. */
  readonly offset: number;
  readonly depth: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #inside: number;
  readonly #end: number;

  constructor(
    tag: number,
    bytes: Uint8Array,
    start: number,
    inside: number,
    end: number,
    base: number,
    depth: number,
  ) {
    this.tag = tag;
    this.offset = base + start;
    this.depth = depth;
    this.#bytes = bytes;
    this.#start = start;
    this.#inside = inside;
    this.#end = end;
  }

  /** Content octets, a view. */
  get content(): Uint8Array {
    return this.#bytes.subarray(this.#inside, this.#end);
  }

  /** Tag, length and content, a view. */
  get whole(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** A reader over the content, one level deeper. */
  enter(): DerReader {
    if ((this.tag & CONSTRUCTED) === 0) throw primitive(this.offset);
    const base = this.offset - this.#start;
    return new DerReader(this.#bytes, base, this.depth + 1, this.#inside, this.#end);
  }
}

export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #depth: number;
  readonly #end: number;
  #position: number;
  /** Where the content of the element starts that was passed last; it ends at the position. */
  #inside = 0;

  /** Reads a part of `bytes`, whose first octet stands at `base` in the outermost input. */
  constructor(bytes: Uint8Array, base = 0, depth = 0, start = 0, end = bytes.length) {
    if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`, base + start);
    this.#bytes = bytes;
    this.#base = base;
    this.#depth = depth;
    this.#position = start;
    this.#end = end;
  }

  /** Where the next element starts in the outermost input. */
  get offset(): number {
    return this.#base + this.#position;
  }

  get depth(): number {
    return this.#depth;
  }

  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** The next element's tag, or undefined at the end. */
  peek(): number | undefined {
    return this.#position < this.#end ? this.#bytes[this.#position] : undefined;
  }

  /** Reads the next element, of any tag or of the one given. */
  next(tag?: number): Element {
    const start = this.#position;
    const found = this.#pass(tag);
    return new Element(
      found,
      this.#bytes,
      start,
      this.#inside,
      this.#position,
      this.#base,
      this.#depth,
    );
  }

  /** Goes over the next element, whose header must be DER; answers its tag. */
  #pass(tag: number | undefined): number {
    const bytes = this.#bytes;
    const limit = this.#end;
    let at = this.#position;
    if (at >= limit) throw malformed('unexpected end', this.offset);
    const found = bytes[at++] as number;
    if (tag !== undefined && found !== tag)
      throw malformed(`tag ${hexTag(found)} where ${hexTag(tag)} was expected`, this.offset);
    if ((found & 0x1f) === 0x1f) throw malformed('tag number above 30', this.offset);
    if (found === 0) throw malformed('end-of-contents tag', this.offset);

    if (at >= limit) throw malformed('length is cut off', this.offset);
    const first = bytes[at++] as number;
    let length = first;
    if (first === 0x80) throw malformed('indefinite length', this.offset);
    if (first > 0x80) {
      const octets = first & 0x7f;
      if (octets > 4) throw malformed('length over 32 bits', this.offset);
      if (octets > limit - at) throw malformed('length is cut off', this.offset);
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at++] as number);
      // X.690 §10.1: the shortest form of length
      if (length < 0x80 || length < 2 ** (8 * (octets - 1)))
        throw malformed('length is not in its shortest form', this.offset);
    }
    if (length > limit - at)
      throw malformed(`${length} bytes announced, ${limit - at} left`, this.offset);

    this.#inside = at;
    this.#position = at + length;
    return found;
  }

  /** Content octets of the next element, which must be of this tag: a view. */
  #content(tag: number): Uint8Array {
    this.#pass(tag);
    return this.#bytes.subarray(this.#inside, this.#position);
  }

  /** Reads the next element if it has this tag. */
  optional(tag: number): Element | undefined {
    return this.peek() === tag ? this.next(tag) : undefined;
  }

  /** Enters the next element, which must be constructed and of this tag. */
  enter(tag: number = Tag.Sequence): DerReader {
    const { offset } = this;
    this.#pass(tag);
    if ((tag & CONSTRUCTED) === 0) throw primitive(offset);
    return new DerReader(this.#bytes, this.#base, this.#depth + 1, this.#inside, this.#position);
  }

  /** Says that nothing may follow. */
  end(): void {
    if (!this.done) throw malformed('unexpected data', this.offset);
  }

  boolean(tag: number = Tag.Boolean): boolean {
    const { offset } = this;
    this.#pass(tag);
    const value = this.#bytes[this.#inside];
    // X.690 §11.1: TRUE is FF
    if (this.#position - this.#inside !== 1 || (value !== 0x00 && value !== 0xff))
      throw malformed('boolean is neither 00 nor FF', offset);
    return value === 0xff;
  }

  /** Content octets of an INTEGER, two's complement in its shortest form. */
  integerBytes(tag: number = Tag.Integer): Uint8Array {
    const { offset } = this;
    const content = this.#content(tag);
    const first = content[0];
    const second = content[1];
    if (first === undefined) throw malformed('integer without content', offset);
    // X.690 §8.3.2: the first nine bits must not all be equal
    if (
      second !== undefined &&
      ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80))
    )
      throw malformed('integer is not in its shortest form', offset);
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
    return this.#content(tag);
  }

  null(): void {
    const { offset } = this;
    this.#pass(Tag.Null);
    if (this.#position !== this.#inside) throw malformed('null with content', offset);
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
    const { offset } = this;
    this.#pass(tag);
    const bytes = this.#bytes.subarray(this.#inside + 1, this.#position);
    const unusedBits = this.#inside < this.#position ? (this.#bytes[this.#inside] as number) : 8;
    if (unusedBits > 7) throw malformed('bit string with a bad count of unused bits', offset);
    const last = bytes[bytes.length - 1];
    if (unusedBits > 0 && (last === undefined || (last & ((1 << unusedBits) - 1)) !== 0))
      throw malformed('bit string with unused bits set', offset);
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
  return element.enter();
}

function primitive(offset: number): MtlsError {
  return malformed('primitive where constructed was expected', offset);
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
