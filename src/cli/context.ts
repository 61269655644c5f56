// Everything a command may know of the world outside; tests hand in their own.

import type { Clock } from '../base/clock.ts';
import type { Interruption } from './interruption.ts';

/** A stream that text or bytes are written to. */
export interface Sink {
  write(data: string | Uint8Array): void;
  /** Waits until what was written is taken; false when the reader has left. */
  drained(): Promise<boolean>;
}

export interface Context {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Width of the terminal, 80 where there is none. */
  readonly columns: number;
  /** A passphrase's variable is deleted from it once read, so that no child inherits it. */
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  readonly userHome: string;
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  readonly clock: Clock;
  readonly interruption: Interruption;
}
