// Runs the commands of a transcript in one bash, in a folder of its own with a clean environment.

import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './transcript.ts';

/** The moment at which every transcript begins. */
const SESSION_START = '2026-03-01T12:00:00Z';

const LIMIT_MS = 100_000;

const program = fileURLToPath(new URL('../cli/mtls-at.cjs', import.meta.url));

// Programs of the transcripts' own, such as openssl-issue.
const tools = fileURLToPath(new URL('../cli/bin', import.meta.url));

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export interface Session {
  readonly outcomes: readonly Outcome[];
  /** Folders whose paths may show up in the output, by what the transcript calls them. */
  readonly places: Readonly<Record<string, string>>;
}

export async function runSession(commands: readonly string[]): Promise<Session> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mtls-cli-')));
  const [bin, home, work, log] = ['bin', 'home', 'work', 'log'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  try {
    await Promise.all([bin, home, work, log].map((folder) => mkdir(folder)));
    await writeFile(
      join(bin, 'mtls'),
      `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`,
    );
    await chmod(join(bin, 'mtls'), 0o755);
    await writeFile(join(log, 'script'), await script(commands, log));
    await runBash(join(log, 'script'), work, {
      PATH: `${bin}${delimiter}${tools}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      MTLS_TEST_NOW: SESSION_START,
    });
    const outcomes: Outcome[] = [];
    for (const index of commands.keys()) {
      const output = await readFile(join(log, `${index}.out`), 'utf8').catch(() => undefined);
      if (output === undefined) break;
      const exit = await readFile(join(log, `${index}.exit`), 'utf8').catch(() => undefined);
      outcomes.push({ output, exit: exit === undefined ? undefined : Number(exit) });
    }
    return { outcomes, places: { tmp: work, home } };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Each command is evaluated in the one shell, so that folders and variables stay. */
async function script(commands: readonly string[], log: string): Promise<string> {
  const lines = ['umask 022'];
  for (const [index, command] of commands.entries()) {
    const [source, output, exit] = ['sh', 'out', 'exit'].map((ending) =>
      quoted(join(log, `${index}.${ending}`)),
    ) as [string, string, string];
    await writeFile(join(log, `${index}.sh`), command);
    lines.push(`eval "$(cat ${source})" >${output} 2>&1 </dev/null; echo $? >${exit}`);
  }
  return `${lines.join('\n')}\n`;
}

function runBash(file: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((done, failed) => {
    // A group of its own: whatever a transcript left running ends with it.
    const bash = spawn('bash', ['--noprofile', '--norc', file], {
      cwd,
      env,
      stdio: 'ignore',
      detached: true,
    });
    const end = (): void => {
      try {
        if (bash.pid !== undefined) process.kill(-bash.pid, 'SIGKILL');
      } catch {
        // All of it has ended by itself.
      }
    };
    const timer = setTimeout(end, LIMIT_MS);
    bash.on('error', failed);
    bash.on('exit', () => {
      clearTimeout(timer);
      end();
      done();
    });
  });
}
