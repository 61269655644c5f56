// A program run to its end: without a shell, within bounds of time and size, and all of it killed.
import { spawn, type ChildProcess } from 'node:child_process';

export interface ProgramRun {
  /** The program by its path, then its arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly input: Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds until it is killed. */
  readonly timeout: number;
  /** As many octets of output are taken. */
  readonly max: number;
  /** Kills it, and ends the wait with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended; what it wrote on stderr is cut. */
export type ProgramEnd = { readonly stderr: string } & (
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: Uint8Array }
  | { readonly kind: 'signal'; readonly name: string }
  | { readonly kind: 'not-started'; readonly cause: NodeJS.ErrnoException }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'too-much' }
);

/** The rest of what a program complains of is passed over. */
const MAX_STDERR = 4096;

/** Runs a program. Throws the signal's reason alone. */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { argv, input, env, cwd, timeout, max, signal } = run;
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own, so that what it started is killed with it
      detached: process.platform !== 'win32',
    });
    const out = gather(child.stdout, max + 1, () => {
      if (out.size() > max) finish({ kind: 'too-much', stderr: err.text() });
    });
    const err = gather(child.stderr, MAX_STDERR);
    const timer = setTimeout(() => {
      finish({ kind: 'too-long', stderr: err.text() });
    }, timeout);
    const killNow = () => {
      kill(child);
    };
    const abort = () => {
      leave();
      reject(signal?.reason as Error);
    };
    let done = false;
    const leave = () => {
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      process.removeListener('exit', killNow);
      kill(child);
      // What escaped the group may hold the pipes open for ever
      for (const pipe of child.stdio) pipe?.destroy();
    };
    const finish = (end: ProgramEnd) => {
      if (done) return;
      leave();
      resolve(end);
    };
    signal?.addEventListener('abort', abort);
    process.on('exit', killNow);
    child.on('error', (cause) => {
      finish({ kind: 'not-started', cause, stderr: '' });
    });
    child.on('close', (code, name) => {
      const stderr = err.text();
      finish(
        code === null
          ? { kind: 'signal', name: name ?? '', stderr }
          : { kind: 'ended', code, stdout: out.bytes(), stderr },
      );
    });
    // Who does not read all of it has ended, or answers without it
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function kill(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of it is left
  }
}

/** Keeps the first octets of a stream, and reads the rest away. */
function gather(stream: NodeJS.ReadableStream, max: number, more?: () => void) {
  const chunks: Uint8Array[] = [];
  let total = 0;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    if (total < max) chunks.push(chunk.subarray(0, max - total));
    total += chunk.length;
    more?.();
  });
  const bytes = () => new Uint8Array(Buffer.concat(chunks));
  return { size: () => total, bytes, text: () => Buffer.from(bytes()).toString('utf8') };
}
