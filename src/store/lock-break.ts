// Taking away a lock whose owner has ended; docs/store-format.md says why this is safe.
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toHex, toUtf8 } from '../base/bytes.ts';
import { digest } from '../crypto/digest.ts';
import { entryAt, removeFile } from './entry.ts';
import { claimName, MAX_LOCK_FILE, readLockFile, type LockFile } from './lock-file.ts';
import { isGone } from './process-identity.ts';
import { readBoundedFile } from './read.ts';

/**
 * What tells a lock from every other one at its path: its token, or for a file that is no lock,
 * as a power failure leaves it, its content and time. Undefined where there is none, or none that
 * this user may read.
 */
export function lockMark(path: string): string | undefined {
  const lock = readLockFile(path);
  if (lock === 'absent') return undefined;
  if (lock !== 'unreadable') return lock.token;
  try {
    const stats = entryAt(path);
    if (stats?.isFile() !== true) return undefined;
    const bytes = stats.size === 0 ? '' : readBoundedFile(path, { max: MAX_LOCK_FILE });
    const identity = toUtf8(`${stats.ino} ${stats.mtimeMs} `);
    return toHex(digest('sha256', Buffer.concat([identity, Buffer.from(bytes)]))).slice(0, 32);
  } catch {
    return undefined;
  }
}

/**
 * Takes away the lock that has a mark, and answers whether this process did. Between finding that
 * its owner has ended and removing its file, another process may have done the same and a third
 * may hold the lock: so the right to remove the lock of one mark is itself claimed, once, under
 * that mark's name. A claimant that died is succeeded under its own token.
 *
 * @param ticket this process's own lock file, under the name that nobody waits for
 */
export function breakLock(path: string, mark: string, ticket: string, mine: LockFile): boolean {
  const claims: string[] = [];
  for (let token = mark; ;) {
    const claim = `${path}.break-${token}`;
    if (claimName(ticket, claim, mine)) {
      claims.push(claim);
      break;
    }
    const other = readLockFile(claim);
    if (typeof other !== 'object' || other.token === mine.token || !isGone(other)) return false;
    claims.push(claim);
    token = other.token;
  }
  const still = lockMark(path) === mark;
  if (still) removeFile(path);
  // Our own claim goes last: while it stands, nobody else may act for this token.
  for (const claim of claims) removeFile(claim);
  return still;
}

/** Clears what a dead process left beside the lock; the caller holds the lock. */
export function tidy(path: string): void {
  const folder = dirname(path);
  const tickets = `${basename(path)}.`;
  for (const entry of readdirSync(folder)) {
    const whole = join(folder, entry);
    if (/^\.mtls-[0-9a-f]+\.tmp$/.test(entry)) removeFile(whole);
    else if (entry.startsWith(tickets)) {
      const owner = readLockFile(whole);
      if (typeof owner === 'object' && isGone(owner)) removeFile(whole);
    }
  }
}
