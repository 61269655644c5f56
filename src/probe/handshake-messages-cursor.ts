// Reading the presentation language of TLS (RFC 8446 §3): numbers and vectors, in bounds or not at all.

const NOTHING = new Uint8Array(0);

/** Reads on; beyond the end it answers zero and nothing, and remembers that it did. */
export class WireCursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Something was cut short, here or in a list that was read. */
  get failed(): boolean {
    return this.#failed;
  }

  get done(): boolean {
    return this.#failed || this.#at === this.#bytes.length;
  }

  /** What was read makes no sense. */
  fail(): void {
    this.#failed = true;
  }

  uint(octets: 1 | 2 | 3 | 4): number {
    let value = 0;
    for (const octet of this.take(octets)) value = value * 256 + octet;
    return value;
  }

  take(count: number): Uint8Array {
    const end = this.#at + count;
    if (this.#failed || end > this.#bytes.length) {
      this.#failed = true;
      return NOTHING;
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** A vector whose length takes this many octets. */
  vector(lengthOctets: 1 | 2 | 3): Uint8Array {
    return this.take(this.uint(lengthOctets));
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Reads a vector to its end; what fails inside of it fails here. */
  list<T>(lengthOctets: 1 | 2 | 3, read: (cursor: WireCursor) => T): T[] {
    const items: T[] = [];
    const inner = new WireCursor(this.vector(lengthOctets));
    while (!inner.done) items.push(read(inner));
    if (inner.failed) this.fail();
    return items;
  }
}
