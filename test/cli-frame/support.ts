// A context in memory: what a command prints can be read, and nothing of the process shows.

import { Readable } from 'node:stream';
import type { Context } from '../../src/cli/context.ts';
import { createInterruption } from '../../src/cli/interruption.ts';

export interface MemoryContext extends Context {
  readonly printed: { out: string; err: string };
}

export function memoryContext(replaced: Partial<Context> = {}): MemoryContext {
  const printed = { out: '', err: '' };
  const text = (data: string | Uint8Array): string =>
    typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
  return {
    stdin: Readable.from([]),
    stdout: {
      write: (data) => {
        printed.out += text(data);
      },
      drained: () => Promise.resolve(true),
    },
    stderr: {
      write: (data) => {
        printed.err += text(data);
      },
      drained: () => Promise.resolve(true),
    },
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    env: {},
    cwd: '/nowhere',
    userHome: '/nowhere',
    platform: 'linux',
    uid: 1000,
    clock: () => new Date('2026-03-01T12:00:00Z'),
    interruption: createInterruption(() => undefined),
    ...replaced,
    printed,
  };
}
