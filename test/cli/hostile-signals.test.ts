// A program that is ended while it waits leaves nothing of what it had begun.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

/** A lock of a process on another host, which nobody here can know to be gone. */
const FOREIGN = {
  pid: 1,
  token: '0'.repeat(32),
  start: '1',
  host: 'elsewhere',
  machine: 'm',
  boot: 'b',
  namespace: 'n',
  since: '2026-01-01T00:00:00Z',
};

/** Issues under a lock that is never released; answers once the program waits for it. */
async function waiting() {
  const cwd = temporaryFolder();
  mtlsOk(['ca', 'init', 'dev', '--no-passphrase', '--home', 'home'], { cwd });
  const ca = join(cwd, 'home', 'ca', 'dev');
  writeFileSync(join(ca, 'lock'), JSON.stringify(FOREIGN));
  const child = spawn(
    process.execPath,
    [entry, 'issue', 'api.test', '--out', 'out', '--home', 'home'],
    {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('exit', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  for await (const text of child.stderr) if (String(text).includes('waiting for')) break;
  return { child, ended, ca, out: join(cwd, 'out') };
}

describe.skipIf(process.platform === 'win32')('while it waits for a lock', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s ends it with %d, and no key is left', async (signal, exit) => {
    const { child, ended, ca, out } = await waiting();
    child.kill(signal);
    expect(await ended).toBe(exit);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
    expect(readdirSync(ca).filter((name) => name.startsWith('lock.'))).toEqual([]);
  });
});
