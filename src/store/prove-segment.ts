// A closed segment, proven by itself: each record by the one after it, the last one by the segment
// that follows, and each certificate by its record.
import { newerFormat } from './home-create.ts';
import { readBeginning } from './index/segment-index.ts';
import { linesOfSegment } from './journal-read.ts';
import { corrupt, type JournalEnd } from './journal-tail.ts';
import { segmentPath, type CaPaths } from './layout.ts';
import { LineFault, decodeLine, hashLine, type JournalLine } from './line.ts';
import type { PackReader } from './packs.ts';
import type { RawLine } from './segment-reader.ts';

/**
 * Reads a segment that another one follows, with its certificates.
 *
 * @throws MtlsError STORE_CORRUPT where one of them is not what was written
 */
export function proveSegment(
  paths: CaPaths,
  packs: PackReader,
  segment: number,
  end: JournalEnd,
): void {
  const path = segmentPath(paths, segment);
  let last: { readonly n: number; readonly hash: string } | undefined;
  for (const raw of linesOfSegment(paths, segment, end)) {
    const { n, prev, entry } = decoded(paths, path, raw);
    if (last !== undefined && (n !== last.n + 1 || prev !== last.hash))
      throw corrupt(path, `record ${last.n} is not the one that was written`);
    if ((entry.type === 'issued' || entry.type === 'renewed') && entry.certificate)
      packs.read(entry.certificate);
    last = { n, hash: hashLine(raw.bytes) };
  }
  const next = readBeginning(paths, segment + 1, end);
  if (next.first !== (last?.n ?? -1) + 1 || next.prev !== last?.hash)
    throw corrupt(path, 'its end is not the one that was written');
}

function decoded(paths: CaPaths, path: string, raw: RawLine): JournalLine {
  const line = raw.ended ? decodeLine(raw.bytes) : new LineFault('a line without end');
  if (!(line instanceof LineFault)) return line;
  if (line.newer) throw newerFormat(paths.folder, 2);
  throw corrupt(path, `the record at offset ${raw.offset} is ${line.what}`);
}
