// What a process still has in its memory once it has opened a CA's key: it waits for a lock, and its
// memory is read from outside. Only Linux shows it.
import { spawn } from 'node:child_process';
import { createPrivateKey, pbkdf2Sync, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

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

/** How often each of these stands in the memory that a process can write to. */
function countIn(pid: number, needles: Readonly<Record<string, Buffer>>): Record<string, number> {
  const counts = Object.fromEntries(Object.keys(needles).map((name) => [name, 0]));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (from === undefined || to === undefined) continue;
      const start = parseInt(from, 16);
      const region = Buffer.alloc(parseInt(to, 16) - start);
      try {
        readSync(memory, region, 0, region.length, start);
      } catch {
        // Of devices
        continue;
      }
      for (const [name, needle] of Object.entries(needles))
        for (let at = region.indexOf(needle); at !== -1; at = region.indexOf(needle, at + 1))
          counts[name] = (counts[name] ?? 0) + 1;
    }
  } finally {
    closeSync(memory);
  }
  return counts;
}

async function memoryWhile(
  cwd: string,
  args: readonly string[],
  said: string,
  look: (pid: number) => void,
): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let stderr = '';
    for await (const text of child.stderr) {
      stderr += String(text);
      if (stderr.includes(said)) break;
    }
    expect(stderr).toContain(said);
    look(child.pid as number);
  } finally {
    child.kill('SIGKILL');
  }
}

describe.skipIf(process.platform !== 'linux')(
  'the memory of a process that has opened a CA',
  () => {
    test.each([
      ['ec-p256', 0],
      ['ec-p384', 0],
      // OpenSSL keeps this kind as the very octets, once, and clears them with the key
      ['ed25519', 1],
    ])('holds neither the passphrase nor the key in the clear: %s', async (type, kept) => {
      const cwd = temporaryFolder();
      const passphrase = randomBytes(24).toString('hex');
      writeFileSync(join(cwd, 'pass'), `${passphrase}\n`, { mode: 0o600 });
      mtlsOk(
        ['ca', 'init', 'dev', '--key-type', type, '--passphrase-file', 'pass', '--home', 'home'],
        {
          cwd,
        },
      );
      const ca = join(cwd, 'home', 'ca', 'dev');
      const pem = readFileSync(join(ca, 'ca.key'), 'utf8');
      const key = createPrivateKey({ key: pem, passphrase });
      const scalar = Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
      writeFileSync(join(ca, 'lock'), JSON.stringify(FOREIGN));
      const needles = {
        passphrase: Buffer.from(passphrase),
        'passphrase in UTF-16': Buffer.from(passphrase, 'utf16le'),
        'derived key': derivedKey(pem, passphrase),
        scalar,
        'scalar in base64url': Buffer.from(scalar.toString('base64url').slice(2, 40)),
        'scalar in hexadecimal': Buffer.from(scalar.toString('hex')),
        control: Buffer.from('api.test'),
      };
      const args = ['issue', 'api.test', '--passphrase-file', 'pass', '--home', 'home'];
      await memoryWhile(cwd, args, 'waiting for', (pid) => {
        const { control, scalar: held, ...counts } = countIn(pid, needles);
        expect(control).toBeGreaterThan(0);
        expect(held).toBeLessThanOrEqual(kept);
        expect(counts).toEqual({
          passphrase: 0,
          'passphrase in UTF-16': 0,
          'derived key': 0,
          'scalar in base64url': 0,
          'scalar in hexadecimal': 0,
        });
      });
    });
  },
);

/** PBKDF2 with the salt that stands in the file: the octet string of 16 octets before 600,000. */
function derivedKey(pem: string, passphrase: string): Buffer {
  const der = Buffer.from(pem.replace(/-----.*/g, ''), 'base64');
  const at = der.indexOf(Buffer.from('0203', 'hex'));
  const salt = der.subarray(at - 16, at);
  expect(der.readUIntBE(at + 2, 3)).toBe(600_000);
  return pbkdf2Sync(passphrase, salt, 600_000, 32, 'sha256');
}
