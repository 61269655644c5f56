// The TLS record layer (RFC 8446 §5, RFC 5246 §6), read from bytes: pure, bounded, never throwing.

/** RFC 8446 §5.1, `ContentType`. */
export const CONTENT = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;

const HEADER = 5;

/** RFC 5246 §6.2.3: 2^14 and 2,048 of padding and MAC; TLS 1.3 allows less. */
const MAX_FRAGMENT = 2 ** 14 + 2048;

/** One record; its bytes are views. */
export interface TlsRecord {
  readonly type: number;
  /** Legacy version, such as 0x0303. */
  readonly version: number;
  readonly header: Uint8Array;
  readonly fragment: Uint8Array;
}

/** `partial` when more bytes may complete it, `foreign` when no TLS begins like this. */
export type RecordReading = TlsRecord | 'partial' | 'foreign';

/** Reads the record at the start of the bytes. */
export function readRecord(bytes: Uint8Array): RecordReading {
  const [type, major] = bytes;
  if (type !== undefined && (type < CONTENT.changeCipherSpec || type > CONTENT.applicationData))
    return 'foreign';
  // SSL 3.0 and every TLS write 3 here
  if (major !== undefined && major !== 3) return 'foreign';
  if (bytes.length < HEADER) return 'partial';
  const length = uint16(bytes, 3);
  if (length > MAX_FRAGMENT) return 'foreign';
  if (bytes.length < HEADER + length) return 'partial';
  return {
    type: type as number,
    version: uint16(bytes, 1),
    header: bytes.subarray(0, HEADER),
    fragment: bytes.subarray(HEADER, HEADER + length),
  };
}

/** Octets of a record with its header. */
export function recordSize({ fragment }: TlsRecord): number {
  return HEADER + fragment.length;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** A handshake message with its four-octet header taken off (RFC 8446 §4). */
export interface RawMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Reads the handshake message at the start of the bytes; undefined when it is not complete. */
export function readMessage(bytes: Uint8Array): RawMessage | undefined {
  if (bytes.length < 4) return undefined;
  const length = ((bytes[1] as number) << 16) | uint16(bytes, 2);
  if (bytes.length < 4 + length) return undefined;
  return { type: bytes[0] as number, body: bytes.subarray(4, 4 + length) };
}

/** Bytes that arrive in pieces and are taken in others; each is copied a bounded number of times. */
export class ByteQueue {
  #bytes = new Uint8Array(1024);
  #start = 0;
  #end = 0;

  /** A view of what is held; void after the next change. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  push(more: Uint8Array): void {
    const held = this.length;
    if (this.#end + more.length > this.#bytes.length) {
      // Doubling keeps it linear when a peer sends octet by octet
      const grown = new Uint8Array(Math.max(1024, 2 * (held + more.length)));
      grown.set(this.bytes);
      this.#bytes = grown;
      this.#start = 0;
      this.#end = held;
    }
    this.#bytes.set(more, this.#end);
    this.#end += more.length;
  }

  drop(count: number): void {
    this.#start += count;
  }
}
