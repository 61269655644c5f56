// Compaction: closed segments and their packs as gzip files. Nothing is dropped, since every record
// vouches for the one before it: whoever reads them finds the same octets at the same places.
import { closeSync, existsSync, fsyncSync, renameSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { createFile, removeFile, writeFully } from './entry.ts';
import { syncFolder } from './folder.ts';
import { bestEffort, writeFailure } from './fs-error.ts';
import { openJournal, type JournalEnd } from './journal-tail.ts';
import { compactedPath, compactingPath, packPath, segmentPath, type CaPaths } from './layout.ts';
import { withLock, type HeldLock, type LockOptions } from './lock.ts';
import { readMarker } from './marker.ts';
import { proveSegment } from './prove-segment.ts';
import { PackReader } from './packs.ts';
import { headCheck } from './rotation.ts';
import { MOST_UNPACKED, openPlain, readPart, unpack, using } from './stored-file.ts';
import type { CaStore } from './types.ts';

/** Files of one kind, and their octets. */
export interface CompactedFiles {
  readonly files: number;
  readonly before: number;
  readonly after: number;
}

export interface Compaction {
  /** Numbers of the segments of which something was compacted. */
  readonly segments: readonly number[];
  readonly records: CompactedFiles;
  readonly certificates: CompactedFiles;
  /** Files that stay as they are, since they are too large to be unpacked into memory. */
  readonly tooLarge: readonly string[];
}

export interface CompactOptions {
  readonly clock: Clock;
  readonly lock: LockOptions;
}

/** Of zlib; beyond it there is 1 % to be had for twice the time. */
const LEVEL = 6;

/** Between two segments, so that other writers come in: they look for the lock every 40 ms. */
const LET_IN = 50;

/**
 * Compacts all segments before the one that is written to. All are proven before the first is
 * touched. The lock is held for one segment at a time.
 *
 * @throws MtlsError STORE_CORRUPT where a segment does not hold what was written, STORE_LOCKED,
 *   WRITE_FAILED
 */
export async function compactJournal(
  { paths, certificate }: CaStore,
  { clock, lock }: CompactOptions,
): Promise<Compaction> {
  const { end } = openJournal(paths, headCheck(paths, certificate));
  const due = segmentsDue(paths);
  prove(paths, due, end);
  const work = new Work(paths);
  for (const [turn, segment] of due.entries()) {
    if (turn > 0) await pause(LET_IN);
    lock.signal?.throwIfAborted();
    await withLock(paths.lock, clock, lock, (held) => {
      work.compact(segment, held);
      return Promise.resolve();
    });
  }
  return work.done();
}

/**
 * Closed segments of which a file is plain. Those that the marker has gone past: behind it a writer
 * takes up commits, and writes them anew.
 */
function segmentsDue(paths: CaPaths): readonly number[] {
  const { segment: open } = readMarker(paths);
  return Array.from({ length: open - 1 }, (_, index) => index + 1).filter((segment) =>
    [segmentPath(paths, segment), packPath(paths, segment)].some((path) => existsSync(path)),
  );
}

function prove(paths: CaPaths, segments: readonly number[], end: JournalEnd): void {
  const packs = new PackReader(paths);
  for (const segment of segments) proveSegment(paths, packs, segment, end);
}

/** Compacts file by file, and counts. */
class Work {
  readonly #paths: CaPaths;
  readonly #segments: number[] = [];
  readonly #tooLarge: string[] = [];
  readonly #records = { files: 0, before: 0, after: 0 };
  readonly #certificates = { files: 0, before: 0, after: 0 };

  constructor(paths: CaPaths) {
    this.#paths = paths;
  }

  compact(segment: number, lock: HeldLock): void {
    const { journal, certs } = this.#paths;
    const records = this.#file(segmentPath(this.#paths, segment), journal, lock, this.#records);
    const pack = this.#file(packPath(this.#paths, segment), certs, lock, this.#certificates);
    if (records || pack) this.#segments.push(segment);
  }

  /** Answers whether it was compacted. */
  #file(
    path: string,
    folder: string,
    lock: HeldLock,
    sum: { files: number; before: number; after: number },
  ): boolean {
    // Another process may have been quicker
    if (!existsSync(path)) return false;
    const bytes = readPlain(path);
    if (bytes === undefined) {
      this.#tooLarge.push(path);
      return false;
    }
    const packed = gzipSync(bytes, { level: LEVEL });
    if (packed.length >= bytes.length) return false;
    replace(path, folder, { bytes, packed }, lock);
    sum.files++;
    sum.before += bytes.length;
    sum.after += packed.length;
    return true;
  }

  done(): Compaction {
    return {
      segments: this.#segments,
      records: this.#records,
      certificates: this.#certificates,
      tooLarge: this.#tooLarge,
    };
  }
}

/** All of a plain file; undefined where it is too large. */
function readPlain(path: string): Buffer | undefined {
  return using(openPlain(path, 'the file'), (file) =>
    file.size > MOST_UNPACKED ? undefined : readPart(file, 0, file.size),
  );
}

/** The plain file goes when the compacted one is on the disk whole, under its name. */
function replace(
  path: string,
  folder: string,
  { bytes, packed }: { readonly bytes: Buffer; readonly packed: Buffer },
  lock: HeldLock,
): void {
  const target = compactedPath(path);
  const temporary = compactingPath(path);
  try {
    // Left by one that died; only one writes at a time
    removeFile(temporary);
    writeSynced(temporary, packed);
    const written = using(openPlain(temporary, 'the file'), (file) => readPart(file, 0, file.size));
    if (!unpack(written, temporary).equals(bytes)) throw notAsWritten(temporary);
    lock.check();
    renameSync(temporary, target);
    syncFolder(folder);
    removeFile(path);
  } catch (error) {
    bestEffort(() => {
      removeFile(temporary);
    });
    throw writeFailure(error, target);
  }
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const fd = createFile(path);
  try {
    writeFully(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function notAsWritten(path: string): MtlsError {
  return new MtlsError('WRITE_FAILED', `${quoteForeign(path)} is not what was written to it`, {
    hint: 'check the disk; nothing was replaced',
    data: { path },
  });
}
