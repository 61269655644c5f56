// Reading the journal from its beginning to a commit, with memory for one line.
import type { JournalEvent } from './events.ts';
import { newerFormat } from './home-create.ts';
import { corrupt, type JournalEnd } from './journal-tail.ts';
import { segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine } from './line.ts';
import type { Marker } from './marker.ts';
import { readLines, type RawLine } from './segment-reader.ts';
import { storedSize } from './stored-file.ts';

/** Lines of one segment up to the end of the journal. */
export function linesOfSegment(paths: CaPaths, segment: number, end: Marker): Generator<RawLine> {
  return readLines(segmentPath(paths, segment), 0, segmentLength(paths, segment, end));
}

/** Octets of a segment that belong to the journal. */
function segmentLength(paths: CaPaths, segment: number, end: Marker): number {
  if (segment === end.segment) return end.length;
  const path = segmentPath(paths, segment);
  const size = storedSize(path);
  if (size === undefined) throw corrupt(path, 'the segment is missing');
  return size;
}

/**
 * All lines up to the end of the journal. Throws STORE_CORRUPT when there are more or fewer than
 * the last commit counts: a list that is not whole must not pass for one.
 */
export function* linesUpTo(paths: CaPaths, end: JournalEnd): Generator<RawLine> {
  let count = 0;
  for (let segment = 1; segment <= end.segment; segment++)
    for (const line of linesOfSegment(paths, segment, end)) {
      count++;
      yield line;
    }
  if (count !== end.next)
    throw corrupt(paths.journal, `it has ${count} records where ${end.next} were written`);
}

/** The event of a line; undefined for a head. Throws STORE_CORRUPT, STORE_VERSION. */
export function eventOf(paths: CaPaths, line: RawLine): JournalEvent | undefined {
  const decoded = line.ended ? decodeLine(line.bytes) : new LineFault('a line without end');
  if (!(decoded instanceof LineFault))
    return decoded.entry.type === 'head' ? undefined : decoded.entry;
  if (decoded.newer) throw newerFormat(paths.folder, 2);
  throw corrupt(paths.journal, `the record at offset ${line.offset} is ${decoded.what}`);
}

/** Events whose line holds one of the texts given, in order; all when none is given. */
export function* eventsUpTo(
  paths: CaPaths,
  end: JournalEnd,
  texts: readonly string[] = [],
): Generator<JournalEvent> {
  for (const line of linesUpTo(paths, end)) {
    if (texts.length > 0 && !texts.some((text) => line.bytes.includes(text))) continue;
    const event = eventOf(paths, line);
    if (event !== undefined) yield event;
  }
}

/**
 * A text field of a line without reading the whole of it: the value of its first occurrence.
 * Quotes in values are escaped, so that no value can pose as a field.
 */
export function peekText(line: Buffer, field: keyof typeof FIELDS): string | undefined {
  const name = FIELDS[field];
  const at = line.indexOf(name);
  if (at === -1) return undefined;
  const start = at + name.length;
  return line.toString('latin1', start, line.indexOf(QUOTE, start));
}

const QUOTE = 0x22;
// Looked for in each of a million lines: as octets, which spares encoding them each time.
const FIELDS = {
  prev: Buffer.from('"prev":"'),
  type: Buffer.from('"type":"'),
  replaces: Buffer.from('"replaces":"'),
  serial: Buffer.from('"serial":"'),
  notAfter: Buffer.from('"notAfter":"'),
} as const;
