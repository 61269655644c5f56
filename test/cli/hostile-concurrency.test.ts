// Many processes at once under one CA: nothing is lost, nothing is mixed up.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

/** Starts `mtls` and answers its exit code and what it said. */
function started(args: readonly string[], cwd: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? -1, said });
    });
  });
}

const twelve = Array.from({ length: 12 }, (_, index) => index);

function isPair(folder: string, stem: string): boolean {
  const read = (ending: string) => readFileSync(join(folder, `${stem}.${ending}`));
  return new X509Certificate(read('crt')).checkPrivateKey(createPrivateKey(read('key')));
}

function serials(cwd: string): readonly string[] {
  const listed = JSON.parse(mtlsOk(['list', '--json'], { cwd })) as {
    readonly certificates: readonly { readonly serial: string }[];
  };
  return listed.certificates.map(({ serial }) => serial);
}

describe('at once', () => {
  test('issuing into one new folder: each has its files, and ca.crt is in nobody’s way', async () => {
    const cwd = temporaryFolder();
    mtlsOk(['ca', 'init', 'dev', '--no-passphrase'], { cwd });
    const ended = await Promise.all(
      twelve.map((i) => started(['issue', `h${i}.example.org`, '--out', 'out'], cwd)),
    );
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(serials(cwd)).size).toBe(12);
    expect(readdirSync(join(cwd, 'out'))).toHaveLength(25);
    for (const i of twelve) expect(isPair(join(cwd, 'out'), `h${i}.example.org`)).toBe(true);
  });

  test('replacing the same files: the certificate and the key that stay belong together', async () => {
    const cwd = temporaryFolder();
    mtlsOk(['ca', 'init', 'dev', '--no-passphrase'], { cwd });
    for (let round = 0; round < 3; round++) {
      const ended = await Promise.all(
        twelve.map(() => started(['issue', 'api.example.org', '--force'], cwd)),
      );
      expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
      expect(isPair(cwd, 'api.example.org')).toBe(true);
    }
    expect(new Set(serials(cwd)).size).toBe(36);
    expect(readdirSync(cwd).filter((name) => name.startsWith('.mtls-'))).toEqual([]);
  });
});
