// A lock's file: who holds it, written before the lock has its name.
import { closeSync, fsyncSync, linkSync } from 'node:fs';
import { fromUtf8, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { createFile, entryAt, writeFully } from './entry.ts';
import { errnoOf, lacksLinks } from './fs-error.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readBoundedFile } from './read.ts';

export interface LockFile extends ProcessIdentity {
  /** Drawn anew for each claim, so that no two locks are ever taken for one. */
  readonly token: string;
  readonly since: string;
}

/** No lock is longer. */
export const MAX_LOCK_FILE = 4096;

/** Writes a lock's content under a name of its own. */
export function writeLockFile(path: string, content: LockFile): void {
  const fd = createFile(path);
  try {
    writeFully(fd, toUtf8(`${JSON.stringify(content)}\n`));
    // After a power failure an empty lock would be nobody's, and stand in everybody's way.
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Gives a written lock file a second name; false when that name is taken. */
export function claimName(from: string, name: string, content: LockFile): boolean {
  try {
    linkSync(from, name);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (!lacksLinks(error)) throw error;
  }
  try {
    // Whoever reads it before it is filled finds an owner without a name, and waits.
    writeLockFile(name, content);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Reads who holds a lock. A file that says nothing usable is never taken for a dead owner's. */
export function readLockFile(path: string): LockFile | 'absent' | 'unreadable' {
  let bytes: Uint8Array;
  try {
    bytes = readBoundedFile(path, { max: MAX_LOCK_FILE });
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'FILE_NOT_FOUND') return 'unreadable';
    // A link that leads nowhere bears the name all the same
    return entryAt(path) === undefined ? 'absent' : 'unreadable';
  }
  try {
    const value = JSON.parse(fromUtf8(bytes) ?? '') as Partial<Record<string, unknown>>;
    const text = (name: string): string => {
      const field = value[name];
      if (typeof field !== 'string') throw new TypeError(name);
      return field;
    };
    const { pid } = value;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return 'unreadable';
    const token = text('token');
    // The token becomes part of a file's name.
    if (!/^[0-9a-f]{32}$/.test(token)) return 'unreadable';
    return {
      pid,
      token,
      start: text('start'),
      host: text('host'),
      machine: text('machine'),
      boot: text('boot'),
      namespace: text('namespace'),
      since: text('since'),
    };
  } catch {
    return 'unreadable';
  }
}
