// ca passwd: openssl reads what it writes, and while it writes there is always a key on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readPrivateKey } from '../../src/codec/pkcs8.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { mtlsOk, temporaryFolder } from '../support/program.ts';

const KEY_TYPES = ['ec-p256', 'ed25519', 'rsa-2048'];

describe.skipIf(!hasOpenssl)('the key of a CA under another passphrase', () => {
  test.each(KEY_TYPES)('is read by openssl: %s', (type) => {
    const cwd = temporaryFolder();
    const key = join(cwd, 'home/ca/dev/ca.key');
    const run = (...args: string[]) => mtlsOk([...args, '--home', 'home'], { cwd });
    const publicKey = (...source: string[]) => openssl(['pkey', '-in', key, '-pubout', ...source]);
    for (const name of ['old', 'new'])
      writeFileSync(join(cwd, name), `${name} pass – wörd\n`, { mode: 0o600 });
    run('ca', 'init', 'dev', '--key-type', type, '--no-passphrase');
    const before = publicKey();
    run('ca', 'passwd', '--new-passphrase-file', 'old');
    expect(publicKey('-passin', `file:${cwd}/old`)).toEqual(before);
    run('ca', 'passwd', '--passphrase-file', 'old', '--new-passphrase-file', 'new');
    expect(publicKey('-passin', `file:${cwd}/new`)).toEqual(before);
    expect(() => publicKey('-passin', `file:${cwd}/old`)).toThrow();
    const scheme = openssl(['asn1parse', '-in', key]).toString();
    for (const part of ['PBES2', 'PBKDF2', 'hmacWithSHA256', 'aes-256-cbc', ':0927C0'])
      expect(scheme).toContain(part);
    run('ca', 'passwd', '--passphrase-file', 'new', '--no-passphrase');
    expect(publicKey()).toEqual(before);
  });
});

test('a key is there, whole and private, at each moment of a change', async () => {
  const cwd = temporaryFolder();
  const folder = join(cwd, 'home/ca/dev');
  const key = join(folder, 'ca.key');
  writeFileSync(join(cwd, 'pass'), 'pass\n', { mode: 0o600 });
  mtlsOk(['ca', 'init', 'dev', '--no-passphrase', '--home', 'home'], { cwd });
  const names = readdirSync(folder);
  const { publicKey } = read(key);
  const entry = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));
  const seen = new Set<string>();
  for (const args of [
    ['--new-passphrase-file', 'pass'],
    ['--passphrase-file', 'pass', '--no-passphrase'],
  ]) {
    const child = spawn(
      process.execPath,
      [entry, 'ca', 'passwd', '--home', join(cwd, 'home'), ...args],
      { cwd, stdio: 'ignore' },
    );
    const ended = once(child, 'exit');
    while (child.exitCode === null) {
      const pem = readFileSync(key);
      expect(statSync(key).mode & 0o777).toBe(0o600);
      seen.add(pem.toString());
      await new Promise(setImmediate);
    }
    expect(await ended).toEqual([0, null]);
  }
  // What it was, what it became, and what it became again
  expect(seen.size).toBeGreaterThanOrEqual(2);
  for (const pem of seen) expect(open(pem).publicKey.spki).toEqual(publicKey.spki);
  expect(readdirSync(folder)).toEqual(names);
});

function read(path: string) {
  return open(readFileSync(path, 'utf8'));
}

function open(pem: string) {
  const [block] = parsePem(Buffer.from(pem));
  if (block === undefined) throw new Error('no key in the file');
  return readPrivateKey(block, () => 'pass');
}
