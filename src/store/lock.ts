// One writer at a time, across processes; docs/store-format.md says why this is safe.
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { toHex } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { randomBytes } from '../crypto/random.ts';
import { removeFile } from './entry.ts';
import { writeFailure } from './fs-error.ts';
import { claimName, readLockFile, writeLockFile, type LockFile } from './lock-file.ts';
import { isGone, thisProcess } from './process-identity.ts';

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** RFC 3339: since when. */
  readonly since: string;
}

export interface LockOptions {
  /** How long to wait for another writer, in milliseconds; 60 s when absent. */
  readonly wait?: number;
  /** Called once when waiting has lasted half a second. `undefined`: the owner can not be read. */
  readonly onWait?: (owner: LockOwner | undefined) => void;
  /** Ends the waiting with its reason; a lock that is held is not given up. */
  readonly signal?: AbortSignal | undefined;
}

/** A lock while it is held. */
export interface HeldLock {
  /** The dead process whose lock was taken away, if there was one. */
  readonly broken: LockOwner | undefined;
  /** Throws STORE_LOCKED when somebody took the lock away by hand. */
  check(): void;
}

const DEFAULT_WAIT = 60_000;
const TELL_AFTER = 500;
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 40;

/**
 * Runs `work` while holding the lock file at a path. Waits for a living owner; takes the lock of a
 * dead one of this host away; never touches that of another host.
 *
 * @throws MtlsError STORE_LOCKED with who holds it, WRITE_FAILED where no lock can be made.
 */
export async function withLock<T>(
  path: string,
  clock: Clock,
  options: LockOptions,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const mine = { ...thisProcess(), token: toHex(randomBytes(16)), since: clock().toISOString() };
  const broken = await acquire(path, mine, options);
  if (broken !== undefined) tidy(path);
  const isMine = (): boolean => {
    const now = readLockFile(path);
    return typeof now === 'object' && now.token === mine.token;
  };
  try {
    return await work({
      broken,
      check: () => {
        if (!isMine()) throw lockLost(path);
      },
    });
  } finally {
    if (isMine()) removeFile(path);
  }
}

async function acquire(
  path: string,
  mine: LockFile,
  options: LockOptions,
): Promise<LockFile | undefined> {
  const ticket = `${path}.${mine.token}`;
  const begun = performance.now();
  let broken: LockFile | undefined;
  let told = false;
  let pause = FIRST_PAUSE;
  try {
    writeLockFile(ticket, mine);
    while (!claimName(ticket, path, mine)) {
      const owner = readLockFile(path);
      if (owner === 'absent') continue;
      if (owner !== 'unreadable' && isGone(owner) && breakLock(path, owner, ticket, mine)) {
        broken = owner;
        continue;
      }
      const waited = performance.now() - begun;
      if (waited >= (options.wait ?? DEFAULT_WAIT)) throw lockHeld(path, owner);
      if (!told && waited >= TELL_AFTER) {
        told = true;
        options.onWait?.(owner === 'unreadable' ? undefined : owner);
      }
      // Unequal pauses, lest waiters march in step.
      await sleep(pause * (0.5 + Math.random()), options.signal);
      options.signal?.throwIfAborted();
      pause = Math.min(pause * 1.5, LONGEST_PAUSE);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw writeFailure(error, path, 'lock');
  } finally {
    removeFile(ticket);
  }
  return broken;
}

/** Sleeps, and wakes at once when the signal is aborted. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener('abort', wake);
    if (signal?.aborted === true) wake();
  });
}

/**
 * Takes a dead owner's lock away. Between reading that the owner is dead and removing its file,
 * another process may have done the same and a third may hold the lock: so the right to remove
 * the lock of one token is itself claimed, once, under that token's name. A claimant that died
 * is succeeded under its own token.
 */
function breakLock(path: string, dead: LockFile, ticket: string, mine: LockFile): boolean {
  const claims: string[] = [];
  for (let token = dead.token; ;) {
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
  const now = readLockFile(path);
  const still = typeof now === 'object' && now.token === dead.token;
  if (still) removeFile(path);
  // Our own claim goes last: while it stands, nobody else may act for this token.
  for (const claim of claims) removeFile(claim);
  return still;
}

/** Clears what a dead process left beside the lock; the caller holds the lock. */
function tidy(path: string): void {
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

function lockHeld(path: string, owner: LockFile | 'unreadable'): MtlsError {
  const who =
    owner === 'unreadable'
      ? 'a process that did not leave its name'
      : `process ${owner.pid} on ${quoteForeign(owner.host)} since ${owner.since}`;
  return new MtlsError('STORE_LOCKED', `the store is locked by ${who}`, {
    hint: `try again when it has finished; if it is surely gone, remove ${quoteForeign(path)}`,
    data: {
      path,
      ...(owner === 'unreadable' ? {} : { pid: owner.pid, host: owner.host, since: owner.since }),
    },
  });
}

function lockLost(path: string): MtlsError {
  return new MtlsError('STORE_LOCKED', 'the lock was taken away while it was held', {
    hint: 'nothing was written; run it again when no other process writes',
    data: { path },
  });
}
