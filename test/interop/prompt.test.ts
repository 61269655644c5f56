// Questions, on a real terminal that Python holds.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mtls, mtlsOk, runProgram, temporaryFolder } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

const answer = fileURLToPath(new URL('pty/answer.py', import.meta.url));
const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

function onTerminal(
  cwd: string,
  argv: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
  env: NodeJS.ProcessEnv = {},
) {
  return runProgram(
    'python3',
    [answer, JSON.stringify(answers), '--', process.execPath, program, ...argv],
    { cwd, env: { PATH: process.env['PATH'], HOME: cwd, TERM: 'xterm', NO_COLOR: '1', ...env } },
  );
}

const key = (cwd: string, name: string) =>
  readFileSync(join(cwd, '.local/share/mtls/ca', name, 'ca.key'), 'utf8');

describe.skipIf(!hasPeer('python3'))('on a terminal', () => {
  it('ca init asks for what was not given, and the passphrase twice', () => {
    const cwd = temporaryFolder();
    const { status, stdout } = onTerminal(
      cwd,
      ['ca', 'init'],
      [
        ['Name of the CA', 'lab\r'],
        ['Subject', '\r'],
        ['Key type', '\r'],
        ['Lifetime', '5y\r'],
        ['Passphrase', 'correct horse\r'],
        ['same again', 'correct house\r'],
        ['they differ', ''],
        ['Passphrase', 'correct horse\r'],
        ['same again', 'correct horse\r'],
      ],
    );
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('created root CA "lab"');
    expect(stdout).not.toContain('correct');
    expect(key(cwd, 'lab')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);

    const issued = onTerminal(
      cwd,
      ['issue', 'x.test'],
      [
        ['Passphrase', 'correct house\r'],
        ['does not open', ''],
        ['Passphrase', 'correct horse\r'],
      ],
    );
    expect(issued.status, issued.stdout).toBe(0);
    expect(existsSync(join(cwd, 'x.test.crt'))).toBe(true);
  });

  it('Ctrl-C ends with 130 and leaves nothing', () => {
    const cwd = temporaryFolder();
    const { status } = onTerminal(cwd, ['ca', 'init', 'lab'], [['Subject', '\x03']]);
    expect(status).toBe(130);
    expect(existsSync(join(cwd, '.local'))).toBe(false);
  });

  it('--yes and CI ask nothing', () => {
    for (const [argv, env] of [
      [['--yes'], {}],
      [[], { CI: 'true' }],
    ] as const) {
      const cwd = temporaryFolder();
      const { status, stdout } = onTerminal(cwd, ['ca', 'init', ...argv], [], env);
      expect(status, stdout).toBe(0);
      expect(stdout).toContain('the key is not encrypted');
      expect(key(cwd, 'root')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    }
  });

  it('sign shows what is asked for, and signs on a yes only', () => {
    const cwd = temporaryFolder();
    mtlsOk(['ca', 'init', '--no-passphrase'], { cwd });
    mtlsOk(['csr', 'app.example.org', '--name', 'app'], { cwd });
    const no = onTerminal(cwd, ['sign', 'app.csr'], [['Sign with CA', 'n\r']]);
    expect(no.status).toBe(7);
    expect(no.stdout).toContain('DNS:app.example.org');
    expect(existsSync(join(cwd, 'app.crt'))).toBe(false);
    const yes = onTerminal(cwd, ['sign', 'app.csr'], [['Sign with CA', 'y\r']]);
    expect(yes.status, yes.stdout).toBe(0);
    expect(existsSync(join(cwd, 'app.crt'))).toBe(true);
  });
});

it('off a terminal nothing is asked, and what stays unencrypted is said', () => {
  const cwd = temporaryFolder();
  const { status, stderr } = mtls(['ca', 'init'], { cwd, input: '' });
  expect(status).toBe(0);
  expect(stderr).toContain('the key is not encrypted');
});
