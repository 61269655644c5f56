// A map from serials to a few octets, for a million of them: 50 MB where a Map takes 250.
import { fromHex, toHex } from '../base/bytes.ts';

/** RFC 5280 §4.1.2.2 allows 20 octets; foreign CAs have issued longer ones. */
export const KEY_WIDTH = 21;
const FIRST_CAPACITY = 256;

/** Serials as records write them; values of a fixed number of octets. The last value set counts. */
export class SerialTable {
  readonly #width: number;
  readonly #long = new Map<string, Uint8Array>();
  #entries: Uint8Array;
  /** Number of an entry plus one, by hash; 0 is free. */
  #slots: Uint32Array;
  #count = 0;

  /** @param expected how many there will be: growing takes twice the memory for a moment */
  constructor(valueWidth: number, expected = FIRST_CAPACITY) {
    this.#width = KEY_WIDTH + valueWidth;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, FIRST_CAPACITY)));
    this.#entries = new Uint8Array(Math.max(expected, FIRST_CAPACITY) * this.#width);
    this.#slots = new Uint32Array(capacity * 2);
  }

  get(serial: string): Uint8Array | undefined {
    const key = encodeKey(serial);
    return key === undefined ? this.#long.get(serial) : this.getKey(key);
  }

  /** As `get`, for a key as `serialValue` makes it. */
  getKey(key: Uint8Array): Uint8Array | undefined {
    const entry = this.#slots[this.#slotOf(key)] ?? 0;
    if (entry === 0) return undefined;
    const start = (entry - 1) * this.#width;
    return this.#entries.subarray(start + KEY_WIDTH, start + this.#width);
  }

  set(serial: string, value: Uint8Array): void {
    const key = encodeKey(serial);
    if (key === undefined) {
      this.#long.set(serial, value.slice());
      return;
    }
    this.setKey(key, value);
  }

  /** As `set`, for a key as `serialValue` makes it. */
  setKey(key: Uint8Array, value: Uint8Array): void {
    let slot = this.#slotOf(key);
    if (this.#slots[slot] === 0) {
      const isFull = (this.#count + 1) * this.#width > this.#entries.length;
      if (isFull || this.#count * 2 >= this.#slots.length) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      this.#entries.set(key, this.#count * this.#width);
      this.#slots[slot] = ++this.#count;
    }
    const start = ((this.#slots[slot] as number) - 1) * this.#width;
    this.#entries.set(value, start + KEY_WIDTH);
  }

  /** Where a key stands, or the free slot where it would. */
  #slotOf(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(key) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry === 0 || this.#holds(entry - 1, key)) return slot;
    }
  }

  #holds(entry: number, key: Uint8Array): boolean {
    const start = entry * this.#width;
    for (let i = 0; i < KEY_WIDTH; i++) if (this.#entries[start + i] !== key[i]) return false;
    return true;
  }

  #grow(): void {
    const entries = new Uint8Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry++) {
      const start = entry * this.#width;
      this.#slots[this.#slotOf(entries.subarray(start, start + KEY_WIDTH))] = entry + 1;
    }
  }
}

/** Length and octets, so that serials of different lengths differ. */
function encodeKey(serial: string): Uint8Array | undefined {
  const octets = serial.length / 2;
  if (octets > KEY_WIDTH - 1) return undefined;
  const key = new Uint8Array(KEY_WIDTH);
  key[0] = octets;
  key.set(fromHex(serial) ?? [], 1);
  return key;
}

// FNV-1a: serials counted up differ in their last octets alone.
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const octet of key) hash = Math.imul(hash ^ octet, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** A serial of at most 20 octets as a value of a table. */
export function serialValue(serial: string): Uint8Array | undefined {
  return encodeKey(serial);
}

/** The serial in a value. */
export function serialOfValue(value: Uint8Array): string {
  return toHex(value.subarray(1, 1 + (value[0] as number)));
}
