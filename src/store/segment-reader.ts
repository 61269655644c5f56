// Lines of a segment, read in pieces, so that the memory used does not grow with the journal.
import { closeSync, openSync, readSync } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { storeReadFailure } from './store-fault.ts';

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
  const fd = openToRead(path);
  try {
    let buffer: Buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(to - from, 1)));
    let filled = 0;
    let position = from;
    for (;;) {
      const count = readInto(fd, buffer, filled, Math.min(buffer.length - filled, to - position), {
        position,
        path,
      });
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
    closeSync(fd);
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

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw storeReadFailure(error, path, 'the journal');
  }
}

function readInto(
  fd: number,
  buffer: Buffer,
  offset: number,
  length: number,
  source: { readonly position: number; readonly path: string },
): number {
  if (length <= 0) return 0;
  try {
    return readSync(fd, buffer, offset, length, source.position);
  } catch (error) {
    throw storeReadFailure(error, source.path, 'the journal');
  }
}

/** Octets of a file between two offsets; fewer where it ends before. */
export function readRange(path: string, from: number, to: number): Buffer {
  const fd = openToRead(path);
  try {
    const buffer = Buffer.allocUnsafe(to - from);
    let filled = 0;
    while (filled < buffer.length) {
      const position = from + filled;
      const count = readInto(fd, buffer, filled, buffer.length - filled, { position, path });
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}
