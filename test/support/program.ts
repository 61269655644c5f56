// Runs the built program as users do.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; arguments are never seen by a shell. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 120_000,
    ...options,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs `mtls` in a folder, away from any home of the user's. */
export function mtls(
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv },
): Finished {
  return runProgram(process.execPath, [entry, ...args], {
    ...options,
    env: {
      PATH: process.env['PATH'],
      HOME: options.cwd,
      ...options.env,
    },
  });
}

/** As `mtls`, and fails the test with what was said when the program fails. */
export function mtlsOk(
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv },
): string {
  const { status, stdout, stderr } = mtls(args, options);
  if (status !== 0) throw new Error(`mtls ${args.join(' ')} exited ${String(status)}: ${stderr}`);
  return stdout;
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
