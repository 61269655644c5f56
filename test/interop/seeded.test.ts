// What a seed makes, before those who know nothing of it; and that nothing but a seed reaches it.
import { X509Certificate } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { KEY_TYPES } from '../../src/crypto/key-types.ts';
import { PUBLIC_RSA_PRIMES } from '../../src/testing/seeded/rsa-primes.ts';
import { seeded } from '../../src/testing/seeded/index.ts';
import { runProgram, temporaryFolder } from '../support/program.ts';
import { askGo, askOpenssl, type Question } from './support/judges.ts';
import { hasPeer } from './support/peers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = new Date('2048-06-01T00:00:00Z');
const derOf = (pem: string): Uint8Array => new X509Certificate(pem).raw;

let questions: readonly Question[];
let certificate: string;
beforeAll(async () => {
  const { createTestPki } = await seeded('interop');
  questions = KEY_TYPES.flatMap((keyType) => {
    const pki = createTestPki({ keyType, intermediate: true });
    const common = {
      anchors: [derOf(pki.ca.cert)],
      untrusted: [derOf(pki.intermediate?.cert ?? '')],
      at,
    };
    const host = { kind: 'dns', value: 'localhost' } as const;
    return [
      { ...common, leaf: derOf(pki.server.cert), purpose: 'server', name: host } as const,
      { ...common, leaf: derOf(pki.client.cert), purpose: 'client' } as const,
    ];
  });
  certificate = createTestPki().ca.cert;
});

describe('chains of every key type are good, 22 years after their moment', () => {
  const good = { good: true, says: '' };

  it.skipIf(!hasPeer('openssl', ['version']))('for openssl', async () => {
    const { answers } = await askOpenssl(questions);
    expect(answers).toEqual(questions.map(() => good));
  });

  it.skipIf(!hasPeer('go', ['version']))('for Go', () => {
    expect(askGo(questions).answers).toEqual(questions.map(() => good));
  });
});

describe('the mark is text that others show', () => {
  it.skipIf(!hasPeer('openssl', ['version']))('openssl', () => {
    const shown = runProgram('openssl', ['x509', '-noout', '-text'], { input: certificate });
    expect(shown.stdout).toContain('TEST FIXTURE of mtls-toolkit: made from a public seed');
  });

  it.skipIf(!hasPeer('certtool'))('GnuTLS', () => {
    const shown = runProgram('certtool', ['--certificate-info'], { input: certificate });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('TEST FIXTURE of mtls-toolkit: made from a public seed');
  });
});

/** Octets that stand in the code of @noble/curves alone: the order of P-384 (FIPS 186-5, SP 800-186). */
const NOBLE = /c7634d81f4372ddf/i;

describe('the bundles', () => {
  const dist = join(root, 'dist');
  const filesOf = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.c?js$/.test(name))
      .map((name) => join(folder, name));

  /** A module and all that it can load, at once or later. */
  function reached(entry: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    const named = readFileSync(entry, 'utf8').matchAll(/["'](\.{1,2}\/[^"'\n]+\.c?js)["']/g);
    for (const [, name = ''] of named) reached(resolve(dirname(entry), name), seen);
    return seen;
  }

  const holds = (file: string, what: RegExp | string) => {
    const text = readFileSync(file, 'utf8');
    return typeof what === 'string' ? text.includes(what) : what.test(text);
  };
  const [prime = ''] = PUBLIC_RSA_PRIMES['rsa-2048'];

  it.each(['index.js', 'cjs/index.js'])('%s leads to nothing that a seed needs', (entry) => {
    const files = [...reached(join(dist, entry))];
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => holds(file, NOBLE) || holds(file, prime))).toEqual([]);
  });

  it.each(['testing.js', 'cjs/testing.js'])(
    '%s keeps @noble/curves apart until it is called',
    (entry) => {
      const [first, ...others] = [...reached(join(dist, entry))];
      expect(holds(first ?? '', NOBLE)).toBe(false);
      expect(
        others.filter((file) => holds(file, NOBLE)).map((file) => basename(file)),
      ).toHaveLength(1);
    },
  );

  it('the program keeps it in a file that no CA reads', () => {
    const home = temporaryFolder();
    const own = join(home, 'package');
    for (const name of ['bin', 'dist', 'templates', 'package.json'])
      cpSync(join(root, name), join(own, name), { recursive: true });
    const noble = filesOf(join(own, 'dist')).filter((file) => holds(file, NOBLE));
    const programs = noble.filter((file) => file.includes('vendor'));
    expect(programs.map((file) => basename(file))).toEqual(['noble.cjs']);
    for (const file of noble) rmSync(file);
    const run = (...args: string[]) =>
      runProgram(process.execPath, [join(own, 'bin/mtls.js'), ...args], {
        cwd: home,
        env: { HOME: home },
      });
    const lines = [
      'ca init dev --no-passphrase',
      'issue api.test',
      'csr web.test',
      'sign web.test.csr',
      'renew api.test.crt',
      'ca crl --out dev.crl',
      'verify api.test.crt',
      'up demo',
    ];
    for (const line of lines) {
      const { status, stderr } = run(...line.split(' '));
      expect(stderr).not.toMatch(/cannot find module|internal error/i);
      expect([line, status]).toEqual([line, 0]);
    }
    // What does need it, misses it
    expect(run('fixtures', 'out', '--seed', 'checkout').status).toBe(70);
  });
});
