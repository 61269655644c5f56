// Mending the end of a journal before anything is added to it.
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { quoteForeign } from '../base/text.ts';
import { writeFileAtomic } from './atomic.ts';
import { removeFile, writeFully } from './entry.ts';
import { makeFolder, syncFolder } from './folder.ts';
import { writeFailure } from './fs-error.ts';
import { corrupt, type OpenedJournal, type Piece } from './journal-tail.ts';
import { asidePath, compactedPath, segmentPath, type CaPaths } from './layout.ts';
import { hashLine } from './line.ts';
import { writeMarker } from './marker.ts';
import { readRange } from './segment-reader.ts';
import type { StoreNotice } from './types.ts';

/**
 * Marks commits whose writer died before it could, and sets torn writes aside. The caller holds
 * the lock. Answers what was done.
 */
export function mendJournal(paths: CaPaths, opened: OpenedJournal): readonly StoreNotice[] {
  const compacted = opened.torn.find((piece) => !isPlain(paths, piece));
  if (compacted)
    throw corrupt(
      compactedPath(segmentPath(paths, compacted.segment)),
      'it was compacted, and does not end with a commit',
    );
  const notices = opened.torn
    .filter(({ length }) => length > 0)
    .map((piece) => keepAside(paths, piece));
  // From the last piece to the first, so that another crash leaves the same state.
  for (const piece of opened.torn.toReversed()) cutOff(paths, piece);
  if (opened.unmarked === 0) return notices;
  // What is compacted was on the disk before
  for (const piece of opened.taken) if (isPlain(paths, piece)) writeAgain(paths, piece);
  syncFolder(paths.journal);
  writeMarker(paths, opened.end);
  return [
    ...notices,
    {
      code: 'HEAD_BEHIND',
      message: `took up ${opened.unmarked} finished commits of a process that died`,
      data: { commits: opened.unmarked },
    },
  ];
}

function isPlain(paths: CaPaths, { segment }: Piece): boolean {
  return existsSync(segmentPath(paths, segment));
}

function keepAside(paths: CaPaths, piece: Piece): StoreNotice {
  const { segment, offset, length } = piece;
  const bytes = readRange(segmentPath(paths, segment), offset, offset + length);
  const kept = asidePath(paths, segment, offset, hashLine(bytes).slice(0, 12));
  makeFolder(paths.aside);
  if (!existsSync(kept)) writeFileAtomic({ path: kept, bytes, mode: 0o600 });
  return {
    code: 'TORN_TAIL',
    message: `an unfinished write of ${length} bytes at the end of the journal was set aside in ${quoteForeign(kept)}`,
    data: { segment, offset, length, kept },
  };
}

/**
 * The cut itself need not last: what comes back of it is behind the end again, and the next commit
 * lies in its place.
 */
function cutOff(paths: CaPaths, { segment, offset }: Piece): void {
  const path = segmentPath(paths, segment);
  try {
    if (offset === 0) removeFile(path);
    else
      inPlace(path, (fd) => {
        ftruncateSync(fd, offset);
      });
  } catch (error) {
    throw writeFailure(error, path);
  }
}

/**
 * Makes commits last that were read. Whoever wrote them may have died before a sync, or have been
 * told that it failed: then another sync alone would write nothing.
 */
function writeAgain(paths: CaPaths, { segment, offset, length }: Piece): void {
  const path = segmentPath(paths, segment);
  const bytes = readRange(path, offset, offset + length);
  try {
    inPlace(path, (fd) => {
      writeFully(fd, bytes, offset);
      fsyncSync(fd);
    });
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function inPlace(path: string, change: (fd: number) => void): void {
  const fd = openSync(path, 'r+');
  try {
    change(fd);
  } finally {
    closeSync(fd);
  }
}
