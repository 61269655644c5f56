// What stands behind the last marked commit: whole commits whose writer died before it could
// mark them, and torn writes. Read only; mending is the writer's.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { HeadEntry, JournalHead } from './events.ts';
import { newerFormat } from './home-create.ts';
import { segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine, hashLine } from './line.ts';
import { readMarker, type Marker } from './marker.ts';
import { readLines, readRange } from './segment-reader.ts';
import { storedSize } from './stored-file.ts';

/** Where the journal ends, and with which commit. */
export interface JournalEnd extends Marker {
  /** Number of the next line. */
  readonly next: number;
  readonly head: HeadEntry;
}

/** Octets of a segment. */
export interface Piece {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

export interface OpenedJournal {
  readonly end: JournalEnd;
  /** Commits found behind the marker. */
  readonly unmarked: number;
  /** Where they lie. */
  readonly taken: readonly Piece[];
  /** What belongs to no commit, each up to the end of its segment. */
  readonly torn: readonly Piece[];
}

/** Answers whether a head's line carries the CA's signature. */
export type HeadCheck = (line: Uint8Array, head: HeadEntry, end: Marker) => boolean;

/**
 * Finds the end of the journal, at a cost that does not grow with it.
 *
 * @throws MtlsError STORE_CORRUPT where the marked commit is not there as it was written.
 */
export function openJournal(paths: CaPaths, isSigned: HeadCheck): OpenedJournal {
  const marker = readMarker(paths);
  let end = readMarkedHead(paths, marker, isSigned);
  let unmarked = 0;
  const taken: Piece[] = [];
  const torn: Piece[] = [];
  for (let segment = end.segment; ; segment++) {
    const size = storedSize(segmentPath(paths, segment));
    const from = segment === end.segment ? end.length : 0;
    if (size === undefined) break;
    // Behind a torn write there is no commit, whatever it looks like.
    if (torn.length === 0 && size > from)
      for (const found of readCommits(paths, segment, from, size, end, isSigned)) {
        end = found;
        unmarked++;
      }
    const good = segment === end.segment ? end.length : 0;
    if (good > from) taken.push({ segment, offset: from, length: good - from });
    if (size > good || good === 0) torn.push({ segment, offset: good, length: size - good });
  }
  return { end, unmarked, taken, torn };
}

function readMarkedHead(paths: CaPaths, marker: Marker, isSigned: HeadCheck): JournalEnd {
  const path = segmentPath(paths, marker.segment);
  let bytes: Buffer;
  try {
    bytes = readRange(path, marker.length - marker.headLength, marker.length);
  } catch (error) {
    if (error instanceof MtlsError && error.data['errno'] === 'ENOENT')
      throw corrupt(path, 'the segment is missing', error);
    throw error;
  }
  if (bytes.length < marker.headLength) throw corrupt(path, 'it was cut before the last commit');
  const line = bytes.subarray(0, -1);
  const decoded = decodeLine(line);
  if (decoded instanceof LineFault) {
    if (decoded.newer) throw newerFormat(path, 2);
    throw corrupt(path, `the last commit can not be read: ${decoded.what}`);
  }
  const { entry } = decoded;
  if (entry.type !== 'head' || hashLine(line) !== marker.hash)
    throw corrupt(path, 'the last commit is not the one that was written');
  if (!isSigned(line, entry, marker))
    throw corrupt(path, "the last commit does not carry the CA's signature");
  return { ...marker, next: decoded.n + 1, head: entry };
}

/** Whole commits behind an end, as far as each is chained, counted and signed. */
function* readCommits(
  paths: CaPaths,
  segment: number,
  from: number,
  to: number,
  start: JournalEnd,
  isSigned: HeadCheck,
): Generator<JournalEnd> {
  let { hash: prev, next } = start;
  let head = start.head;
  let events = 0;
  for (const { bytes, offset, ended } of readLines(segmentPath(paths, segment), from, to)) {
    const line = ended ? decodeLine(bytes) : undefined;
    if (line === undefined) return;
    if (line instanceof LineFault) {
      if (line.newer) throw newerFormat(segmentPath(paths, segment), 2);
      return;
    }
    if (line.n !== next || line.prev !== prev) return;
    prev = hashLine(bytes);
    next++;
    if (line.entry.type !== 'head') {
      events++;
      continue;
    }
    const headLength = bytes.length + 1;
    const marker = { segment, length: offset + headLength, headLength, hash: prev };
    if (line.entry.commit !== head.commit + 1 || line.entry.events !== events) return;
    if (!isSigned(bytes, line.entry, marker)) return;
    head = line.entry;
    events = 0;
    yield { ...marker, next, head };
  }
}

/** The commit at an end, as readers are told of it. */
export function headOf(end: JournalEnd): JournalHead {
  const { commit, at, totals } = end.head;
  return { commit, at, totals, records: end.next, hash: end.hash };
}

/** The journal is not as it was written. */
export function corrupt(path: string, what: string, cause?: unknown): MtlsError {
  return new MtlsError('STORE_CORRUPT', `the journal ${quoteForeign(path)} is damaged: ${what}`, {
    hint: "restore the CA's folder from a backup",
    data: { path },
    cause,
  });
}
