// The encrypted key of a CA, whichever command wrote it: openssl opens it, and sees PBES2 with
// PBKDF2, HMAC-SHA256, 600,000 rounds and AES-256 (RFC 8018).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openssl } from '../support/openssl.ts';
import { mtlsOk, runProgram, temporaryFolder } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

/** 600,000, as asn1parse shows a number. */
const ROUNDS = ':0927C0';

let cwd = '';
const run = (...args: string[]) => mtlsOk([...args, '--home', 'home'], { cwd });

function expectReadable(ca: string, passphrase: string): void {
  const folder = join(cwd, 'home/ca', ca);
  const key = join(folder, 'ca.key');
  expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  const publicKey = openssl(['pkey', '-in', key, '-passin', `file:${passphrase}`, '-pubout'], {
    cwd,
  });
  const certified = openssl(['x509', '-in', join(folder, 'ca.crt'), '-noout', '-pubkey']);
  expect(publicKey.toString()).toBe(certified.toString());
  const shown = openssl(['asn1parse', '-in', key]).toString();
  for (const part of ['PBES2', 'PBKDF2', ROUNDS, 'hmacWithSHA256', 'aes-256-cbc'])
    expect(shown).toContain(part);
  const wrong = ['pkey', '-in', key, '-passin', 'pass:wrong', '-noout'];
  expect(runProgram('openssl', wrong).status).not.toBe(0);
}

describe.skipIf(!hasPeer('openssl', ['version']))('openssl opens the key of a CA', () => {
  beforeEach(() => {
    cwd = temporaryFolder();
    for (const name of ['one', 'two'])
      writeFileSync(join(cwd, name), `passphrase ${name}\n`, { mode: 0o600 });
  });

  it('that ca init and ca intermediate wrote', () => {
    run('ca', 'init', 'root', '--passphrase-file', 'one');
    const passphrases = ['--ca-passphrase-file', 'one', '--passphrase-file', 'two'];
    run('ca', 'intermediate', 'mesh', '--ca', 'root', ...passphrases);
    expectReadable('root', 'one');
    expectReadable('mesh', 'two');
  });

  it('that ca passwd wrote', () => {
    run('ca', 'init', 'root', '--passphrase-file', 'one');
    run('ca', 'passwd', '--passphrase-file', 'one', '--new-passphrase-file', 'two');
    expectReadable('root', 'two');
  });

  it('that ca import wrote: of an open key, and of one that openssl encrypted its way', () => {
    const request = '-x509 -newkey rsa:2048 -days 30 -subj /CN=Office -addext';
    const usage = 'keyUsage=critical,keyCertSign,cRLSign';
    const make = (key: string, certificate: string, ...how: string[]) =>
      openssl(['req', ...request.split(' '), usage, '-keyout', key, '-out', certificate, ...how], {
        cwd,
      });
    make('open.key', 'open.crt', '-nodes');
    make('closed.key', 'closed.crt', '-passout', 'file:one');
    // 2,048 rounds of openssl 3 become ours
    expect(openssl(['asn1parse', '-in', 'closed.key'], { cwd }).toString()).not.toContain(ROUNDS);
    for (const name of ['open', 'closed']) {
      const files = ['--cert', `${name}.crt`, '--key', `${name}.key`];
      run('ca', 'import', name, ...files, '--passphrase-file', 'one');
      expectReadable(name, 'one');
    }
  });

  it('that ca restore brought back, under the passphrase that it had', () => {
    run('ca', 'init', 'root', '--passphrase-file', 'one');
    run('ca', 'backup', 'root', '--out', 'root.backup', '--passphrase-file', 'two');
    run('ca', 'restore', 'root.backup', '--name', 'again', '--passphrase-file', 'two');
    expectReadable('again', 'one');
  });
});
