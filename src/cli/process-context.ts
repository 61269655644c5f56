// The context of a real process.

import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import { MtlsError } from '../base/errors.ts';
import { reasonOf } from '../store/fs-error.ts';
import type { Context, Sink } from './context.ts';
import type { Interruption } from './interruption.ts';

/** A sink whose reader may leave early, as `head` does: what is left is dropped, work goes on. */
function sink(stream: () => NodeJS.WriteStream): Sink {
  let opened: NodeJS.WriteStream | undefined;
  let hasLeft = false;
  return {
    write(data) {
      if (opened === undefined) {
        opened = stream();
        opened.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EPIPE') throw unwritable(error);
          hasLeft = true;
        });
      }
      if (!hasLeft) opened.write(data);
    },
    async drained() {
      if (opened?.writableNeedDrain === true && !hasLeft) await settled(opened);
      return !hasLeft;
    },
  };
}

/** Until the stream takes more, or never will. */
function settled(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('error', done);
  });
}

function unwritable(error: NodeJS.ErrnoException): MtlsError {
  const { text, hint } = reasonOf(error);
  return new MtlsError('WRITE_FAILED', `can not write the output: ${text}`, { hint, cause: error });
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new MtlsError('FILE_NOT_FOUND', 'the current folder no longer exists', {
      hint: 'change to a folder that exists',
      cause,
    });
  }
}

// Streams are opened on first use: each costs a part of the start.
export function processContext(interruption: Interruption): Context {
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: sink(() => process.stdout),
    stderr: sink(() => process.stderr),
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: isatty(1),
    stderrIsTerminal: isatty(2),
    get columns() {
      return process.stdout.columns || 80;
    },
    env: process.env,
    get cwd() {
      return currentFolder();
    },
    get userHome() {
      return homedir();
    },
    platform: process.platform,
    uid: process.getuid?.(),
    clock: () => new Date(),
    interruption,
  };
}
