// Ctrl-C while a signer thinks: the signer ends with mtls, and nothing was begun.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));
const program = fileURLToPath(new URL('../support/signer-program.js', import.meta.url));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the signer too', async (signal, exit) => {
  const cwd = temporaryFolder();
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  writeFileSync(join(cwd, 'key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(cwd, 'key.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
  const signer = (...more: string[]) =>
    `exec:${JSON.stringify([process.execPath, program, join(cwd, 'key.pem'), ...more])}`;
  const home = ['--home', join(cwd, 'home')];
  mtlsOk(['ca', 'init', 'kms', '--signer', signer(), '--public-key', 'key.pub', ...home], { cwd });
  const before = mtlsOk(['ca', 'show', 'kms', '--json', ...home], { cwd });

  const pid = join(cwd, 'pid');
  const issue = ['issue', 'api.internal', '--signer', signer('hang-below', pid), ...home];
  const child = spawn(process.execPath, [entry, ...issue], { cwd, stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!existsSync(pid) || readFileSync(pid, 'utf8') === '')
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill(signal);
  expect(await ended).toEqual([exit, null]);
  await expect.poll(() => runs(Number(readFileSync(pid, 'utf8'))), { timeout: 10_000 }).toBe(false);

  expect(mtlsOk(['ca', 'show', 'kms', '--json', ...home], { cwd })).toBe(before);
  expect(readdirSync(cwd).sort()).toEqual(['home', 'key.pem', 'key.pub', 'pid']);
  expect(readdirSync(join(cwd, 'home/ca/kms'))).not.toContain('lock');
});

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
