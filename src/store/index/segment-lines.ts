// Single lines of segments, read where an index says that they stand.
import type { JournalEvent } from '../events.ts';
import { corrupt } from '../journal-tail.ts';
import { eventOf } from '../journal-read.ts';
import { segmentPath, type CaPaths } from '../layout.ts';
import type { RawLine } from '../segment-reader.ts';
import { openStored, readFully, type StoredFile } from '../stored-file.ts';

/** Lines that are asked for one after another often stand close together. */
const WINDOW = 64 * 1024;

/** Reads lines of one segment after another; the last segment stays open until `close`. */
export class SegmentLines {
  readonly #paths: CaPaths;
  #segment = 0;
  #file: StoredFile | undefined;
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
    this.#file = openStored(segmentPath(this.#paths, segment));
    this.#segment = segment;
  }

  #fill(offset: number, length: number): void {
    if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(length);
    const filled = this.#file === undefined ? 0 : readFully(this.#file, this.#memory, offset);
    this.#window = this.#memory.subarray(0, filled);
    this.#from = offset;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#segment = 0;
    this.#window = this.#memory.subarray(0, 0);
    this.#from = 0;
  }
}
