// Ctrl-C and SIGTERM: the program ends at once, but never in the middle of writing files.

import { Interrupted } from './exit.ts';

export interface Interruption {
  /** Aborted with {@link Interrupted} as its reason, for waits that should end. */
  readonly signal: AbortSignal;
  /** Runs work that must be finished or not begun; an interruption takes effect after it. */
  hold<T>(work: () => T | Promise<T>): Promise<T>;
}

export interface InterruptionSwitch extends Interruption {
  /** The program should end with this code: now, or when the last hold is released. */
  interrupt(exit: 130 | 143): void;
}

/** @param leave ends the program; called once. */
export function createInterruption(leave: (exit: 130 | 143) => void): InterruptionSwitch {
  let controller: AbortController | undefined;
  let exit: 130 | 143 | undefined;
  let holds = 0;
  let left = false;

  function leaveWhenFree(): void {
    if (exit === undefined || holds > 0 || left) return;
    left = true;
    leave(exit);
  }

  return {
    get signal() {
      controller ??= new AbortController();
      if (exit !== undefined && !controller.signal.aborted) controller.abort(new Interrupted(exit));
      return controller.signal;
    },
    async hold(work) {
      if (exit !== undefined) throw new Interrupted(exit);
      holds += 1;
      try {
        return await work();
      } finally {
        holds -= 1;
        leaveWhenFree();
      }
    },
    interrupt(code) {
      exit ??= code;
      controller?.abort(new Interrupted(exit));
      leaveWhenFree();
    },
  };
}
