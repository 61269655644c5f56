// Programs that others wrote. A missing one is a visible skip on a user's machine, a failure in CI.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';

function found(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).error === undefined;
}

/** Whether a program is there; where peers are required, its absence fails the run. */
export function hasPeer(program: string, args: readonly string[] = ['--version']): boolean {
  const present = found(program, args);
  if (!present && required) throw new Error(`${program} is not installed, and peers are required`);
  return present;
}

let goPeerPath: string | undefined;

/** Builds the Go peer once per run. */
export function goPeer(): string {
  if (goPeerPath === undefined) {
    goPeerPath = join(mkdtempSync(join(tmpdir(), 'mtls-go-')), 'go-peer');
    execFileSync('go', ['build', '-o', goPeerPath, '.'], {
      cwd: fileURLToPath(new URL('../go', import.meta.url)),
      stdio: 'inherit',
    });
  }
  return goPeerPath;
}
