// One writer at a time, across processes; docs/store-format.md says why this is safe.
import type { Clock } from '../base/clock.ts';
import { toHex } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { randomBytes } from '../crypto/random.ts';
import { removeFile } from './entry.ts';
import { writeFailure } from './fs-error.ts';
import { breakLock, lockMark, tidy } from './lock-break.ts';
import { claimName, readLockFile, writeLockFile, type LockFile } from './lock-file.ts';
import { placeInLine, ticketOf } from './lock-line.ts';
import { thisProcess, whereabouts } from './process-identity.ts';

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
  /**
   * Given where the user says that the owner has ended, which can not be seen from here. At each
   * path only the lock that stood there at the first look is broken: a later one is somebody's
   * who came since. Holds the paths that were looked at.
   */
  readonly breaking?: Set<string> | undefined;
  /** Called when a lock was broken so. `undefined`: the owner can not be read. */
  readonly onBroken?: (owner: LockOwner | undefined) => void;
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
const SHORTEST_PAUSE = 3;
const LONGEST_PAUSE = 40;
/** A lock that was free so long is anybody's: who is first in line may have been stopped. */
const LEFT_FREE = 500;

/**
 * Runs `work` while holding the lock file at a path. Waits for a living owner; takes the lock of a
 * dead one of this host away; touches that of another host only where it is told to.
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
      broken: broken?.died,
      check: () => {
        if (!isMine()) throw lockLost(path);
      },
    });
  } finally {
    if (isMine()) removeFile(path);
  }
}

/** A lock that was taken away on the way to one's own. */
interface BrokenLock {
  /** Its owner, where that was seen to be dead. */
  readonly died: LockFile | undefined;
}

async function acquire(
  path: string,
  mine: LockFile,
  options: LockOptions,
): Promise<BrokenLock | undefined> {
  const ticket = ticketOf(path, mine.token);
  const begun = performance.now();
  const { wait = DEFAULT_WAIT, signal } = options;
  const breakable = firstLook(path, options);
  let broken: BrokenLock | undefined;
  let told = false;
  let freeSince: number | undefined;
  try {
    writeLockFile(ticket, mine);
    for (;;) {
      const waited = performance.now() - begun;
      const place = placeInLine(path, ticket);
      const isOverdue = waited >= wait || waited - (freeSince ?? waited) >= LEFT_FREE;
      if ((place === 0 || isOverdue) && claimName(ticket, path, mine)) return broken;
      const owner = readLockFile(path);
      if (owner === 'absent') {
        freeSince ??= waited;
        if (place > 0) await sleep(pauseAt(place), signal);
        signal?.throwIfAborted();
        continue;
      }
      freeSince = undefined;
      const where = owner === 'unreadable' ? 'elsewhere' : whereabouts(owner);
      if (
        owner !== 'unreadable' &&
        where === 'gone' &&
        breakLock(path, owner.token, ticket, mine)
      ) {
        broken = { died: owner };
        continue;
      }
      if (waited >= Math.min(TELL_AFTER, wait) && where === 'elsewhere') {
        const mark = lockMark(path);
        // It stood all the while, so that no short work of a living process is cut off
        if (mark !== undefined && mark === breakable && breakLock(path, mark, ticket, mine)) {
          broken = { died: undefined };
          options.onBroken?.(owner === 'unreadable' ? undefined : owner);
          continue;
        }
      }
      if (waited >= wait) throw lockHeld(path, owner, options);
      if (!told && waited >= TELL_AFTER) {
        told = true;
        options.onWait?.(owner === 'unreadable' ? undefined : owner);
      }
      await sleep(pauseAt(place), signal);
      signal?.throwIfAborted();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw writeFailure(error, path, 'lock');
  } finally {
    removeFile(ticket);
  }
}

/** The mark of the lock that may be broken without a sign that its owner has ended. */
function firstLook(path: string, { breaking }: LockOptions): string | undefined {
  if (breaking === undefined || breaking.has(path)) return undefined;
  breaking.add(path);
  return lockMark(path);
}

/**
 * How long to pause at a place in the line: the first looks often, those behind need not. Unequal,
 * lest waiters march in step.
 */
function pauseAt(place: number): number {
  return Math.min(SHORTEST_PAUSE * 2 ** place, LONGEST_PAUSE) * (0.5 + Math.random());
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

function lockHeld(path: string, owner: LockFile | 'unreadable', options: LockOptions): MtlsError {
  const who =
    owner === 'unreadable'
      ? 'a process that did not leave its name'
      : `process ${owner.pid} on ${quoteForeign(owner.host)} since ${owner.since}`;
  return new MtlsError('STORE_LOCKED', `the store is locked by ${who}`, {
    hint: lockHint(path, owner, options),
    data: {
      path,
      ...(owner === 'unreadable' ? {} : { pid: owner.pid, host: owner.host, since: owner.since }),
    },
  });
}

function lockHint(path: string, owner: LockFile | 'unreadable', { breaking }: LockOptions): string {
  if (lockMark(path) === undefined)
    return `if no other mtls runs, remove ${quoteForeign(path)}: it can not be read`;
  if (owner === 'unreadable' || whereabouts(owner) === 'elsewhere')
    return breaking === undefined
      ? 'try again when it has finished; if it has surely ended, whichever host or container it ' +
          'was on, run the same with --break-lock'
      : 'it came since, or another process is breaking it: try again; if nobody writes any more, ' +
          `remove ${quoteForeign(path)} and ${quoteForeign(`${path}.break-*`)}`;
  const waiting = 'try again when it has finished, or wait longer: --lock-wait 10m';
  if (owner.start === '')
    return `${waiting}; if process ${owner.pid} is no mtls, remove ${quoteForeign(path)}`;
  return breaking === undefined
    ? waiting
    : `${waiting}; it runs on this host, and --break-lock leaves the living alone`;
}

function lockLost(path: string): MtlsError {
  return new MtlsError('STORE_LOCKED', 'the lock was taken away while it was held', {
    hint: 'what this one recorded before stands (see mtls list); run it again when no other process writes',
    data: { path },
  });
}
