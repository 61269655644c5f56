// Lines of a segment, read in pieces, so that the memory used does not grow with the journal.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { openStored, readPart, using } from './stored-file.ts';

/** A line without its newline; `bytes` holds until the next line is asked for. */
export interface RawLine {
  readonly bytes: Buffer;
  /** Of its first octet in the segment. */
  readonly offset: number;
  /** False for what stands behind the last newline. */
  readonly ended: boolean;
}

const CHUNK = 1024 * 1024;
/** A certificate has at most 1 MiB, and stands in a line as base64 at the most twice. */
const MAX_LINE = 8 * 1024 * 1024;
const NEWLINE = 10;

/** Lines between two offsets of a segment. Throws STORE_CORRUPT for a line without end. */
export function* readLines(path: string, from: number, to: number): Generator<RawLine> {
  const file = openStored(path);
  try {
    let buffer: Buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(to - from, 1)));
    let filled = 0;
    let position = from;
    for (;;) {
      const room = Math.min(buffer.length - filled, to - position);
      const count = room > 0 ? file.read(buffer, filled, room, position) : 0;
      filled += count;
      position += count;
      const base = position - filled;
      let start = 0;
      for (;;) {
        const end = buffer.indexOf(NEWLINE, start);
        if (end === -1 || end >= filled) break;
        yield { bytes: buffer.subarray(start, end), offset: base + start, ended: true };
        start = end + 1;
      }
      if (count === 0 || position >= to) {
        if (start < filled)
          yield { bytes: buffer.subarray(start, filled), offset: base + start, ended: false };
        return;
      }
      if (start === 0 && filled === buffer.length) buffer = grown(buffer, path);
      else buffer.copy(buffer, 0, start, filled);
      filled -= start;
    }
  } finally {
    file.close();
  }
}

function grown(buffer: Buffer, path: string): Buffer {
  if (buffer.length >= MAX_LINE)
    throw new MtlsError('STORE_CORRUPT', `a line of ${quoteForeign(path)} has no end`, {
      data: { path },
    });
  const larger = Buffer.allocUnsafe(buffer.length * 2);
  buffer.copy(larger);
  return larger;
}

/** Octets of a segment between two offsets; fewer where it ends before. */
export function readRange(path: string, from: number, to: number): Buffer {
  return using(openStored(path), (file) => readPart(file, from, to));
}
