// What happens in front of a person: questions, passphrases, Ctrl-C.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RFC9579_PASSWORD, rfc9579 } from '../codec/rfc9579.ts';
import {
  KEYS,
  atTerminal,
  hasTerminal,
  type Reply,
  type TerminalRun,
} from '../support/terminal.ts';

const program = fileURLToPath(new URL('../../bin/mtls.js', import.meta.url));

describe.skipIf(!hasTerminal)('at a terminal', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mtls-terminal-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function mtls(
    args: string,
    replies: readonly Reply[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<TerminalRun> {
    const clean = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm' };
    const line = `'${process.execPath}' '${program}' ${args}`;
    return atTerminal(line, replies, { cwd: folder, env: { ...clean, ...env } });
  }

  const upToPassphrase: readonly Reply[] = [
    ['Name of the CA', `dev${KEYS.enter}`],
    ['Subject', KEYS.enter],
    ['Key type', KEYS.down + KEYS.enter],
    ['Lifetime', KEYS.enter],
  ];

  test('ca init asks for what was not given; a passphrase is asked for twice and not shown', async () => {
    const { shown, exit } = await mtls('ca init', [
      ...upToPassphrase,
      ['Passphrase for the key of CA "dev"', `hunter2${KEYS.enter}`],
      ['The same again', `other${KEYS.enter}`],
      ['they differ; once more', ''],
      ['Passphrase for the key of CA "dev"', `hunter2${KEYS.enter}`],
      ['The same again', `hunter2${KEYS.enter}`],
    ]);
    expect(exit).toBe(0);
    expect(shown).toContain('created root CA "dev"');
    expect(shown).toContain('ECDSA P-384, encrypted');
    expect(shown).not.toContain('hunter2');
    expect(readFileSync(join(folder, '.local/share/mtls/ca/dev/ca.key'), 'utf8')).toMatch(
      /^-----BEGIN ENCRYPTED PRIVATE KEY-----/,
    );

    // The key opens by the same passphrase, from a file as well.
    writeFileSync(join(folder, 'pass'), 'hunter2\n', { mode: 0o600 });
    const issued = await mtls('issue api --passphrase-file pass', []);
    expect(issued).toMatchObject({ exit: 0 });
    const asked = await mtls('issue web', [['Passphrase for the key', `hunter2${KEYS.enter}`]]);
    expect(asked).toMatchObject({ exit: 0 });
    const mistyped: readonly Reply[] = [
      ['Passphrase for the key', `hunter3${KEYS.enter}`],
      ['does not open', ''],
    ];
    const wrong = await mtls('issue db', [...mistyped, ...mistyped, ...mistyped]);
    expect(wrong.exit).toBe(4);
    expect(wrong.shown).toContain('[PASSPHRASE_WRONG]');
  });

  test('the passphrase of a key store is asked for once, for all that is in it', async () => {
    writeFileSync(join(folder, 'store.p12'), rfc9579('A.1'));
    const question = 'Passphrase for the key store "store.p12"';
    // A second question would wait for an answer that never comes
    const { shown, exit } = await mtls('match store.p12', [
      [question, `${RFC9579_PASSWORD}${KEYS.enter}`],
    ]);
    expect(exit).toBe(0);
    expect(shown).toContain('match: RSA 2048 bits');
    const wrong = await mtls('match store.p12', [[question, `other${KEYS.enter}`]]);
    expect(wrong.exit).toBe(4);
    expect(wrong.shown).toContain('[PASSPHRASE_WRONG]');
    expect(wrong.shown).not.toContain('other');
  });

  test('questions are not mixed with the result', async () => {
    const { shown, exit } = await mtls('ca init --json >result.json', [
      ...upToPassphrase,
      ['empty for none', KEYS.enter],
    ]);
    expect(exit).toBe(0);
    expect(shown).toContain('Name of the CA');
    const text = readFileSync(join(folder, 'result.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ schema: 'mtls.ca-init/1', ok: true });
  });

  test.each([
    ['Ctrl-C', KEYS.ctrlC],
    ['Ctrl-D', KEYS.ctrlD],
  ])('%s ends it with 130, and nothing is left', async (_title, key) => {
    const { exit } = await mtls('ca init', [...upToPassphrase, ['Passphrase for', key]]);
    expect(exit).toBe(130);
    const listed = await mtls('ca list', []);
    expect(listed.shown).toContain('no CA in');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with %d', async (signal, exit) => {
    const stop = (shown: string): void => {
      process.kill(Number(/process (\d+)/.exec(shown)?.[1]), signal);
    };
    const line = `sh -c 'echo process $$; exec "${process.execPath}" "${program}" ca init'`;
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm' };
    const run = await atTerminal(line, [['Name of the CA', stop]], { cwd: folder, env });
    expect(run.exit).toBe(exit);
  });

  test('a backup asks for its passphrase until it is typed the same twice', async () => {
    await mtls('ca init dev --no-passphrase --yes', []);
    const { exit, shown } = await mtls('ca backup --out dev.backup', [
      ['Passphrase for the backup of CA "dev":', KEYS.enter],
      ['a passphrase is never empty', `hunter2${KEYS.enter}`],
      ['The same again:', `hunter3${KEYS.enter}`],
      ['they differ', ''],
      ['Passphrase for the backup of CA "dev":', `hunter2${KEYS.enter}`],
      ['The same again:', `hunter2${KEYS.enter}`],
    ]);
    expect(exit).toBe(0);
    expect(shown).not.toContain('hunter');
    const question = 'Passphrase for the backup "dev.backup":';
    const back = await mtls('ca restore dev.backup --home there', [
      [question, `hunter2${KEYS.enter}`],
    ]);
    expect(back).toMatchObject({ exit: 0 });
    const left = await mtls('ca restore dev.backup --home other', [[question, KEYS.ctrlC]]);
    expect(left.exit).toBe(130);
    const listed = await mtls('ca list --home other', []);
    expect(listed.shown).toContain('there is no home');
  });

  test('a key that was imported stays encrypted under the passphrase that opened it', async () => {
    writeFileSync(join(folder, 'pass'), 'hunter2\n', { mode: 0o600 });
    await mtls('ca init dev --yes --passphrase-file pass', []);
    const files = '.local/share/mtls/ca/dev';
    const { exit } = await mtls(`ca import copy --cert ${files}/ca.crt --key ${files}/ca.key`, [
      ['Passphrase for the key', `hunter2${KEYS.enter}`],
    ]);
    expect(exit).toBe(0);
    const key = readFileSync(join(folder, '.local/share/mtls/ca/copy/ca.key'), 'utf8');
    expect(key).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(await mtls('issue api --ca copy --passphrase-file pass', [])).toMatchObject({ exit: 0 });
  });

  test('an empty passphrase opens nothing', async () => {
    writeFileSync(join(folder, 'pass'), 'x\n', { mode: 0o600 });
    await mtls('ca init dev --yes --passphrase-file pass', []);
    const { shown, exit } = await mtls('issue api', [
      ['Passphrase for', KEYS.enter],
      ['a passphrase is never empty', KEYS.ctrlC],
    ]);
    expect(shown).toContain('a passphrase is never empty');
    expect(exit).toBe(130);
  });

  test.each([
    ['--yes', 'ca init --yes', {}],
    ['CI', 'ca init', { CI: 'true' }],
    ['input from elsewhere', 'ca init </dev/null', {}],
  ])('nothing is asked with %s', async (_title, args, env) => {
    const { shown, exit } = await mtls(args, [], env);
    expect(shown).toContain('created root CA "root"');
    expect(exit).toBe(0);
  });

  test('colours are on at a terminal, unless they are not wanted', async () => {
    const red = '\u001b[31m';
    const failing = 'ca show absent';
    expect((await mtls(failing, [])).raw).toContain(red);
    expect((await mtls(failing, [], { NO_COLOR: '1' })).raw).not.toContain(red);
    expect((await mtls(`${failing} --no-color`, [])).raw).not.toContain(red);
    await mtls(`${failing} 2>errors`, []);
    expect(readFileSync(join(folder, 'errors'), 'utf8')).not.toContain('\u001b');
  });
});
