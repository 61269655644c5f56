// Many processes at one folder of fixtures, and some that are killed in the middle of it.
import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mtls, mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

/** Starts `mtls fixtures`; answers its exit code, or the signal that ended it. */
function started(
  args: readonly string[],
  cwd: string,
  killAfter?: number,
): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, 'fixtures', ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd },
      stdio: 'ignore',
    });
    const timer =
      killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? signal ?? '');
    });
  });
}

const NAMES = ['server', 'client', 'svid-server', 'svid-client'];

function isWhole(folder: string): boolean {
  const read = (path: string) => readFileSync(join(folder, path));
  const ca = new X509Certificate(read('ca/cert.pem'));
  return NAMES.every((name) => {
    const cert = new X509Certificate(read(`${name}/cert.pem`));
    return (
      cert.verify(ca.publicKey) && cert.checkPrivateKey(createPrivateKey(read(`${name}/key.pem`)))
    );
  });
}

describe('fixtures, at once', () => {
  test('made and refreshed by eight processes: one whole set, and nothing beside it', async () => {
    const cwd = temporaryFolder();
    const runs = Array.from({ length: 8 }, (_, i) =>
      started(['set', '--no-zoo', ...(i % 2 === 0 ? ['--refresh'] : [])], cwd),
    );
    expect(await Promise.all(runs)).toEqual(Array(8).fill(0));
    const folder = join(cwd, 'set');
    expect(isWhole(folder)).toBe(true);
    expect(mtls(['fixtures', 'set', '--check'], { cwd }).status).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.mtls-'))).toEqual([]);
  });

  test('killed at any moment: the next refresh finds what to mend, or a whole set', async () => {
    const cwd = temporaryFolder();
    mtlsOk(['fixtures', 'set', '--no-zoo'], { cwd });
    const ends = new Set<number | string>();
    for (let after = 40; after < 200; after += 8) {
      ends.add(await started(['set', '--no-zoo'], cwd, after));
      expect(mtls(['fixtures', 'set', '--refresh'], { cwd }).status).toBe(0);
      expect(isWhole(join(cwd, 'set'))).toBe(true);
    }
    expect(ends).toContain('SIGKILL');
  });

  test('killed while the first set is made: the next run makes it whole', async () => {
    const cwd = temporaryFolder();
    for (let after = 40; after < 200; after += 8) {
      const name = `set-${after}`;
      await started([name, '--no-zoo'], cwd, after);
      expect(mtls(['fixtures', name, '--no-zoo', '--refresh'], { cwd }).status, name).toBe(0);
      expect(isWhole(join(cwd, name))).toBe(true);
      expect(existsSync(join(cwd, name, 'index.json'))).toBe(true);
    }
  });
});
