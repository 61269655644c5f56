// What a command does about another process that writes to the same place.
import { quoteForeign } from '../base/text.ts';
import { parseDuration } from '../profile/duration.ts';
import type { LockOptions } from '../store/lock.ts';
import type { Reaching } from './authority.ts';
import { flag, value, type OptionValues } from './command.ts';

const GROUP = 'Other processes:';

/** For every command that writes to a CA or to a home. */
export const LOCK_OPTIONS = {
  lockWait: value(
    '--lock-wait <time>',
    'how long to wait for another mtls that writes here; 60s by default, 0 to not wait',
    GROUP,
  ),
  breakLock: flag(
    '--break-lock',
    'take over from an mtls on another host or in another container, which has surely ended',
    GROUP,
  ),
} as const;

/** An invocation whose command takes them. */
export interface Locking extends Reaching {
  readonly options: OptionValues<typeof LOCK_OPTIONS>;
}

/**
 * How to wait for another writer: with a word about it, and until interrupted. Made once for a
 * command, so that it breaks no lock that came while it ran. Throws BAD_DURATION.
 */
export function lockOptions({ context, output, options }: Locking): LockOptions {
  const { lockWait, breakLock } = options;
  return {
    signal: context.interruption.signal,
    ...(lockWait !== undefined && { wait: readWait(lockWait) }),
    ...(breakLock && { breaking: new Set<string>() }),
    onWait: (owner) => {
      output.note(
        owner
          ? `waiting for another mtls (process ${owner.pid} on ${owner.host}, since ${owner.since})`
          : 'waiting for another mtls',
      );
    },
    onBroken: (owner) => {
      output.warn(
        owner
          ? `broke the lock that process ${owner.pid} on ${quoteForeign(owner.host)} took at ${owner.since}`
          : 'broke a lock of which nothing could be read',
      );
    },
  };
}

function readWait(text: string): number {
  return /^0s?$/.test(text.trim()) ? 0 : parseDuration(text);
}
