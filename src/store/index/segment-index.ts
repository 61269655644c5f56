// The index of one segment: read from its file where that fits, else made from the segment's lines.
import { statSync, closeSync, constants, fchmodSync, openSync, renameSync } from 'node:fs';
import { MtlsError } from '../../base/errors.ts';
import { writeFully } from '../entry.ts';
import { makeFolder } from '../folder.ts';
import { bestEffort } from '../fs-error.ts';
import { eventOf, linesOfSegment, peekText } from '../journal-read.ts';
import { indexPath, type CaPaths } from '../layout.ts';
import { LineFault, decodeLine, hashLine } from '../line.ts';
import { corrupt } from '../journal-tail.ts';
import type { Marker } from '../marker.ts';
import { readBoundedFile } from '../read.ts';
import { openPlain, readPart, using } from '../stored-file.ts';
import { ColumnBuilder } from './columns.ts';
import {
  MARK_OCTETS,
  decodeIndex,
  decodeMark,
  encodeIndex,
  type SegmentIndex,
  type SegmentMark,
} from './index-file.ts';

/** A record of 500 octets takes some 40 here. */
export const MAX_INDEX = 1024 * 1024 * 1024;

const RECORDS = new Set(['issued', 'renewed', 'revoked', 'crl']);

/** Reads a segment up to the end of the journal. Throws STORE_CORRUPT for a record that is none. */
export function buildIndex(paths: CaPaths, segment: number, end: Marker): SegmentIndex {
  const builder = new ColumnBuilder();
  let lines = 0;
  let first: Beginning | undefined;
  let last: string | undefined;
  let length = 0;
  for (const line of linesOfSegment(paths, segment, end)) {
    first ??= beginningOf(paths, segment, line.bytes);
    lines++;
    length = line.offset + line.bytes.length + 1;
    const type = peekText(line.bytes, 'type') ?? '';
    last = type === 'head' ? hashLine(line.bytes) : undefined;
    if (!RECORDS.has(type)) continue;
    const event = eventOf(paths, line);
    if (event !== undefined) builder.add(event, line.offset, line.bytes.length);
  }
  if (first === undefined || last === undefined)
    throw corrupt(paths.journal, `segment ${segment} does not end with a commit`);
  return {
    mark: { ...first, length, lines, hash: last },
    columns: builder.done(),
  };
}

/** Where a segment goes on from. */
export type Beginning = Pick<SegmentMark, 'segment' | 'first' | 'prev'>;

/** The beginning of a segment, read from its first line. */
export function readBeginning(paths: CaPaths, segment: number, end: Marker): Beginning {
  for (const { bytes } of linesOfSegment(paths, segment, end))
    return beginningOf(paths, segment, bytes);
  throw corrupt(paths.journal, `segment ${segment} is empty`);
}

function beginningOf(paths: CaPaths, segment: number, bytes: Buffer): Beginning {
  const line = decodeLine(bytes);
  if (line instanceof LineFault) throw corrupt(paths.journal, `a record is ${line.what}`);
  return { segment, first: line.n, prev: line.prev };
}

/** The mark of the file of a segment that is closed; undefined where none fits the segment. */
export function readMark(paths: CaPaths, segment: number, length: number): SegmentMark | undefined {
  const path = indexPath(paths, segment);
  return orNone(() => {
    const beginning = using(openPlain(path, 'the index'), (file) => readPart(file, 0, MARK_OCTETS));
    const mark = decodeMark(beginning) ?? decodeIndex(readIndex(path))?.mark;
    return mark?.segment === segment && mark.length === length ? mark : undefined;
  });
}

/** The index in the file of a segment, where it is there whole and has the mark given. */
export function loadIndex(paths: CaPaths, mark: SegmentMark): SegmentIndex | undefined {
  return orNone(() => {
    const index = decodeIndex(readIndex(indexPath(paths, mark.segment)));
    return index?.mark.hash === mark.hash && index.mark.length === mark.length ? index : undefined;
  });
}

function readIndex(path: string): Uint8Array {
  return readBoundedFile(path, { max: MAX_INDEX });
}

/** An index that can not be read is made anew. */
function orNone<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'INTERNAL') throw error;
    return undefined;
  }
}

/**
 * Keeps the index of a closed segment for the next reader, where this user may. It is not synced:
 * what a power failure leaves of it does not bear its checksum, and is made anew. All who write it
 * write the same, under one temporary name, so that none is left behind for ever.
 */
export function saveIndex(paths: CaPaths, index: SegmentIndex): void {
  bestEffort(() => {
    // Root who only looks must not leave files in the folder of somebody else.
    if (process.geteuid !== undefined && statSync(paths.folder).uid !== process.geteuid()) return;
    makeFolder(paths.index);
    const path = indexPath(paths, index.mark.segment);
    const temporary = `${path}.tmp`;
    const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      fchmodSync(fd, 0o600);
      writeFully(fd, encodeIndex(index));
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  });
}
