// Several users who say at the same moment that the owner of a lock has ended.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

it('lets one of them break it, and all of them work', async () => {
  const cwd = temporaryFolder();
  mtlsOk(['ca', 'init', 'dev', '--no-passphrase', '--home', 'home'], { cwd });
  const owner = { pid: 4711, start: '99', host: 'far.example', machine: 'm', boot: 'b' };
  const lock = { ...owner, namespace: 'n', token: 'a'.repeat(32), since: '2026-01-01T00:00:00Z' };
  writeFileSync(join(cwd, 'home/ca/dev/lock'), JSON.stringify(lock));
  const ends = Array.from({ length: 6 }, (_, index) => {
    const args = ['issue', `n${index}.internal`, '--out', `o${index}`, '--break-lock'];
    const child = spawn(process.execPath, [entry, ...args, '--home', 'home'], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data) => (said += String(data)));
    return new Promise<{ status: number | null; broke: boolean }>((resolve) =>
      child.once('close', (status) => {
        resolve({ status, broke: said.includes('broke the lock that process 4711') });
      }),
    );
  });
  const outcomes = await Promise.all(ends);
  expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(outcomes.filter(({ broke }) => broke)).toHaveLength(1);
  const audit = mtlsOk(['ca', 'audit', '--json', '--home', 'home'], { cwd });
  expect(JSON.parse(audit)).toMatchObject({ cas: [{ issued: 6 }], findings: [] });
});
