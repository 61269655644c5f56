// An audit beside processes that issue, revoke and make CRLs: it waits for none, and finds nothing.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mtls, mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

it('is sound at each moment while others write', async () => {
  const cwd = temporaryFolder();
  mtlsOk(['ca', 'init', 'dev', '--no-passphrase', '--home', 'home'], { cwd });
  let running = 3;
  const writers = Array.from({ length: running }, (_, writer) => {
    const lines = [1, 2, 3].flatMap((round) => [
      `mtls issue w${writer}-${round}.internal`,
      `mtls revoke w${writer}-${round}.internal.crt`,
      `mtls ca crl --out ${writer}.pem`,
    ]);
    const script = `set -e; mtls() { "$NODE" "$ENTRY" "$@" --home home --quiet; }; ${lines.join('; ')}`;
    const env = { PATH: process.env['PATH'], HOME: cwd, NODE: process.execPath, ENTRY: entry };
    const child = spawn('bash', ['-c', script], { cwd, env, stdio: 'inherit' });
    return new Promise<number | null>((resolve) =>
      child.once('exit', (status) => {
        running--;
        resolve(status);
      }),
    );
  });
  let audits = 0;
  do {
    const { status, stdout } = mtls(['ca', 'audit', '--json', '--home', join(cwd, 'home')], {
      cwd,
    });
    expect({ status, stdout }).toMatchObject({ status: 0 });
    audits++;
    await new Promise(setImmediate);
  } while (running > 0);
  expect(await Promise.all(writers)).toEqual([0, 0, 0]);
  expect(audits).toBeGreaterThan(1);
  const last = mtlsOk(['ca', 'audit', '--json', '--home', 'home'], { cwd });
  expect(JSON.parse(last)).toMatchObject({
    cas: [{ issued: 9, revoked: 9, crl: { number: '18' } }],
    findings: [],
  });
});
