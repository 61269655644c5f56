// Single entries of folders: looked at, named, filled, taken away.
import {
  closeSync,
  fchmodSync,
  lstatSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { randomBytes } from '../crypto/random.ts';
import { bestEffort, errnoOf, writeFailure } from './fs-error.ts';

/** Writes all of the bytes where a descriptor stands: one call may write only a part. */
export function writeFully(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let done = 0;
  while (done < bytes.length)
    done += writeSync(
      fd,
      bytes,
      done,
      bytes.length - done,
      position === null ? null : position + done,
    );
}

/**
 * Makes a file that was not there and opens it for writing. The umask decides nothing, and
 * neither a file nor a link that waits there is ever opened.
 */
export function createFile(path: string, mode = 0o600): number {
  const fd = openSync(path, 'wx', 0o600);
  try {
    fchmodSync(fd, mode);
  } catch (error) {
    closeSync(fd);
    bestEffort(() => {
      unlinkSync(path);
    });
    throw error;
  }
  return fd;
}

/** Takes a file away, if it is there. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw writeFailure(error, path, 'remove');
  }
}

/** A name in the same folder that nobody can foresee; short, so that long names still fit. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.mtls-${toHex(randomBytes(8))}.tmp`);
}

/** What lies at a path, a link as itself; undefined when nothing does. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw writeFailure(error, path);
  }
}

/** What lies at the end of a path's links; undefined when nothing does, or nobody can look. */
export function targetAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
