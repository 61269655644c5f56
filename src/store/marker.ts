// journal/HEAD: where the last commit ends, so that opening a journal costs the same at any size.
import { closeSync, fsyncSync, renameSync } from 'node:fs';
import { fromUtf8, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { createFile, removeFile, writeFully } from './entry.ts';
import { bestEffort, writeFailure } from './fs-error.ts';
import { newerFormat } from './home-create.ts';
import { STORE_VERSION, type CaPaths } from './layout.ts';
import { readBoundedFile } from './read.ts';
import { storeFault } from './store-fault.ts';

/** The end of a commit in the journal's files. */
export interface Marker {
  readonly segment: number;
  /** Octets of the segment up to and with the head's newline. */
  readonly length: number;
  /** Octets of the head's line with its newline. */
  readonly headLength: number;
  /** Hash of the head's line. */
  readonly hash: string;
}

const MAX_MARKER = 4096;

/**
 * Replaces the marker. The new one is synced before it gets the name, so that a power failure
 * leaves one of the two; which one does not matter, since what stands behind an older marker
 * is read again.
 */
export function writeMarker(paths: CaPaths, marker: Marker): void {
  const temporary = `${paths.head}.tmp`;
  try {
    // Left by a writer that died; only one writes at a time.
    removeFile(temporary);
    const fd = createFile(temporary);
    try {
      writeFully(fd, toUtf8(`${JSON.stringify({ v: STORE_VERSION, ...marker })}\n`));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, paths.head);
  } catch (error) {
    bestEffort(() => {
      removeFile(temporary);
    });
    throw writeFailure(error, paths.head);
  }
}

/** Reads the marker. Throws STORE_CORRUPT where there is none, STORE_UNREADABLE, STORE_VERSION for a newer one. */
export function readMarker(paths: CaPaths): Marker {
  let value: Readonly<Record<string, unknown>>;
  try {
    const text = fromUtf8(readBoundedFile(paths.head, { max: MAX_MARKER }));
    value = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
  } catch (error) {
    const fault = storeFault(error, paths.head);
    if (fault instanceof MtlsError && fault.code === 'STORE_UNREADABLE') throw fault;
    throw badMarker(paths, error);
  }
  const { v, segment, length, headLength, hash } = value;
  if (typeof v === 'number' && v > STORE_VERSION) throw newerFormat(paths.folder, v);
  if (
    v !== STORE_VERSION ||
    !isCount(segment) ||
    !isCount(length) ||
    !isCount(headLength) ||
    typeof hash !== 'string' ||
    headLength > length
  )
    throw badMarker(paths);
  return { segment, length, headLength, hash };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function badMarker(paths: CaPaths, cause?: unknown): MtlsError {
  return new MtlsError(
    'STORE_CORRUPT',
    `the marker of the last commit can not be read: ${quoteForeign(paths.head)}`,
    { hint: "restore the CA's folder from a backup", data: { path: paths.head }, cause },
  );
}
