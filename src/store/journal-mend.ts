// Mending the end of a journal before anything is added to it.
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { quoteForeign } from '../base/text.ts';
import { writeFileAtomic } from './atomic.ts';
import { removeFile } from './entry.ts';
import { makeFolder, syncFolder } from './folder.ts';
import { writeFailure } from './fs-error.ts';
import type { OpenedJournal, TornPiece } from './journal-tail.ts';
import { asidePath, segmentPath, type CaPaths } from './layout.ts';
import { hashLine } from './line.ts';
import { writeMarker } from './marker.ts';
import { readRange } from './segment-reader.ts';
import type { StoreNotice } from './types.ts';

/**
 * Marks commits whose writer died before it could, and sets torn writes aside. The caller holds
 * the lock. Answers what was done.
 */
export function mendJournal(paths: CaPaths, opened: OpenedJournal): readonly StoreNotice[] {
  const notices = opened.torn
    .filter(({ length }) => length > 0)
    .map((piece) => keepAside(paths, piece));
  // From the last piece to the first, so that another crash leaves the same state.
  for (const piece of opened.torn.toReversed()) cutOff(paths, piece);
  if (opened.unmarked === 0) return notices;
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

function keepAside(paths: CaPaths, piece: TornPiece): StoreNotice {
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

function cutOff(paths: CaPaths, { segment, offset }: TornPiece): void {
  const path = segmentPath(paths, segment);
  try {
    if (offset === 0) {
      removeFile(path);
      syncFolder(paths.journal);
      return;
    }
    const fd = openSync(path, 'r+');
    try {
      ftruncateSync(fd, offset);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw writeFailure(error, path);
  }
}
