// Single lines of segments, read where an index says that they stand.
import { closeSync, openSync, readSync } from 'node:fs';
import type { JournalEvent } from '../events.ts';
import { corrupt } from '../journal-tail.ts';
import { eventOf } from '../journal-read.ts';
import { segmentPath, type CaPaths } from '../layout.ts';
import type { RawLine } from '../segment-reader.ts';
import { storeReadFailure } from '../store-fault.ts';

/** Lines that are asked for one after another often stand close together. */
const WINDOW = 64 * 1024;

/** Reads lines of one segment after another; the last segment stays open until `close`. */
export class SegmentLines {
  readonly #paths: CaPaths;
  #segment = 0;
  #fd: number | undefined;
  #memory: Buffer = Buffer.alloc(0);
  #window: Buffer = this.#memory;
  #from = 0;

  constructor(paths: CaPaths) {
    this.#paths = paths;
  }

  /** Octets of a segment, fewer where it ends before; they hold until the next call. */
  read(segment: number, offset: number, length: number): Buffer {
    if (segment !== this.#segment) this.#open(segment);
    const start = offset - this.#from;
    if (start < 0 || start + length > this.#window.length) {
      this.#fill(offset, Math.max(length, WINDOW));
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(start, start + length);
  }

  /** The event of a line. Throws STORE_CORRUPT where no event is. */
  event(segment: number, offset: number, length: number): JournalEvent {
    const bytes = this.read(segment, offset, length);
    const line: RawLine = { bytes, offset, ended: bytes.length === length };
    const event = eventOf(this.#paths, line);
    if (event === undefined) throw this.misled(segment);
    return event;
  }

  /** The fault of an index that leads to other records than it should. */
  misled(segment: number): Error {
    return corrupt(segmentPath(this.#paths, segment), 'it is not the one that was indexed');
  }

  #open(segment: number): void {
    this.close();
    const path = segmentPath(this.#paths, segment);
    try {
      this.#fd = openSync(path, 'r');
    } catch (error) {
      throw storeReadFailure(error, path, 'the journal');
    }
    this.#segment = segment;
  }

  #fill(offset: number, length: number): void {
    if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(length);
    const whole = this.#memory;
    let filled = 0;
    try {
      while (filled < whole.length) {
        const count = readSync(
          this.#fd as number,
          whole,
          filled,
          whole.length - filled,
          offset + filled,
        );
        if (count === 0) break;
        filled += count;
      }
    } catch (error) {
      throw storeReadFailure(error, segmentPath(this.#paths, this.#segment), 'the journal');
    }
    this.#window = whole.subarray(0, filled);
    this.#from = offset;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#segment = 0;
    this.#window = this.#memory.subarray(0, 0);
    this.#from = 0;
  }
}
