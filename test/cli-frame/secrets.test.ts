import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PLAIN } from '../../src/cli/style.ts';
import { createOutput } from '../../src/cli/output.ts';
import { clearPassphrases, withholdPassphrases } from '../../src/cli/held-passphrases.ts';
import { existingPassphrase, givenPassphrase, newPassphrase } from '../../src/cli/secrets.ts';
import { thrown } from '../support/thrown.ts';
import { memoryContext } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mtls-secrets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly passphraseFile?: string;
  readonly passphraseEnv?: string;
  readonly noPassphrase?: boolean;
}

function request(given: Given, env: Record<string, string | undefined> = {}) {
  const context = memoryContext({ cwd: folder, env });
  const globals = { home: undefined, json: false, quiet: false, yes: false, debug: false };
  const options = { passphraseFile: undefined, passphraseEnv: undefined, ...given };
  const plain = { style: PLAIN, errorStyle: PLAIN, json: false, quiet: false };
  return { context, globals, options, output: createOutput({ context, schema: 's', ...plain }) };
}

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  return name;
}

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');

test.each([
  ['a line', 'hunter2\n', 'hunter2'],
  ['no line feed', 'hunter2', 'hunter2'],
  ['CRLF', 'hunter2\r\nmore\n', 'hunter2'],
  ['spaces count', ' a b \nmore', ' a b '],
  ['any bytes', new Uint8Array([0xe9, 0xff, 0x0a]), '\u00e9\u00ff'],
])('a file: %s', (_title, content, expected) => {
  expect(text(givenPassphrase(request({ passphraseFile: file('p', content) })))).toBe(expected);
});

test.each([
  ['absent', () => 'absent', 'FILE_NOT_FOUND'],
  ['a folder', () => '.', 'FILE_IS_FOLDER'],
  ['an empty first line', () => file('e', '\nhunter2\n'), 'PASSPHRASE_NEEDED'],
  ['nothing', () => file('n', ''), 'PASSPHRASE_NEEDED'],
  ['no lines at all', () => file('big', 'x'.repeat(5000)), 'FILE_TOO_LARGE'],
])('a file that will not do: %s', (_title, make, code) => {
  expect(() => givenPassphrase(request({ passphraseFile: make() }))).toThrow(
    expect.objectContaining({ code }),
  );
});

test('a file that others can read is used, and said', () => {
  const asked = request({ passphraseFile: file('open', 'x\n', 0o644) });
  expect(text(givenPassphrase(asked))).toBe('x');
  expect(asked.context.printed.err).toContain('(mode 0644, 0600 is enough)');
  expect(asked.context.printed.err).not.toContain('x\n');
});

test('a variable is read, taken out of the environment, and remembered', () => {
  const env = { CA_PASS: 'hunter2', OTHER: 'stays' };
  const asked = request({ passphraseEnv: 'CA_PASS' }, env);
  expect(text(givenPassphrase(asked))).toBe('hunter2');
  expect(env).toEqual({ OTHER: 'stays' });
  expect(text(givenPassphrase(asked))).toBe('hunter2');
});

test.each([{}, { CA_PASS: '' }])('a variable that will not do: %j', (env) => {
  expect(() => givenPassphrase(request({ passphraseEnv: 'CA_PASS' }, env))).toThrow(
    expect.objectContaining({ code: 'PASSPHRASE_NEEDED' }),
  );
});

test('two sources are one too many', () => {
  const both = { passphraseEnv: 'P', passphraseFile: 'p' };
  expect(() => givenPassphrase(request(both))).toThrow(expect.objectContaining({ code: 'USAGE' }));
  const neither = { passphraseEnv: 'P', noPassphrase: true };
  expect(() => givenPassphrase(request(neither))).toThrow(
    expect.objectContaining({ code: 'USAGE' }),
  );
});

test('off a terminal a new key stays open, and an encrypted one is not guessed at', async () => {
  expect(await newPassphrase(request({}), 'the key')).toBeUndefined();
  expect(await newPassphrase(request({ noPassphrase: true }), 'the key')).toBeUndefined();
  await expect(existingPassphrase(request({}), 'the key of CA "dev"')).rejects.toMatchObject({
    code: 'PASSPHRASE_NEEDED',
    message: 'the key of CA "dev" is encrypted, and no passphrase was given',
  });
});

test('a passphrase that was given in place of a variable’s name is not said', () => {
  const given = (passphraseEnv: string) => () => givenPassphrase(request({ passphraseEnv }));
  expect(given('ABSENT')).toThrow('the environment variable "ABSENT" is not set');
  for (const passphrase of ['hunter2', 'correct horse', 'S3CRET!', '']) {
    const error = thrown(given(passphrase));
    expect(error.code).toBe('PASSPHRASE_NEEDED');
    if (passphrase !== '') expect([error.message, error.hint].join(' ')).not.toContain(passphrase);
  }
});

test.each(['hunter2', 'correct horse', 'p/w', '/hunter2', 'S3CRET!'])(
  'a passphrase that was given in place of a file’s name is not said: %s',
  (passphraseFile) => {
    const error = thrown(() => givenPassphrase(request({ passphraseFile })));
    expect(error.code).toBe('FILE_NOT_FOUND');
    const said = [error.message, error.hint, JSON.stringify(error.data)].join(' ');
    expect(said).not.toContain(passphraseFile);
    expect(error.cause).toBeUndefined();
  },
);

test.each(['absent.txt', 'keys/absent.pass', `${tmpdir()}/absent`])(
  'a path is said: %s',
  (path) => {
    const { message } = thrown(() => givenPassphrase(request({ passphraseFile: path })));
    expect(message).toContain(path);
  },
);

test('variables that hold passphrases leave the environment before any work', () => {
  const env = { CA_PASS: 'hunter2', NEXT: 'hunter3', OTHER: 'stays' };
  const asked = request({ passphraseEnv: 'CA_PASS' }, env);
  const options = { ...asked.options, newPassphraseEnv: 'NEXT', out: 'OTHER' };
  withholdPassphrases(options, asked.context);
  expect(env).toEqual({ OTHER: 'stays' });
  expect(text(givenPassphrase(asked))).toBe('hunter2');
  const again = request({ passphraseEnv: 'NEXT' }, env);
  expect(text(givenPassphrase({ ...again, context: asked.context }))).toBe('hunter3');
});

test('passphrases are cleared when the command is done', async () => {
  const asked = request({ passphraseFile: file('cleared', 'hunter2\n') }, { CA_PASS: 'hunter3' });
  const fromFile = givenPassphrase(asked);
  const fromVariable = await existingPassphrase(
    { ...asked, options: { passphraseFile: undefined, passphraseEnv: 'CA_PASS' } },
    'the key',
  );
  expect([text(fromFile), text(fromVariable)]).toEqual(['hunter2', 'hunter3']);
  clearPassphrases(asked.context);
  for (const cleared of [fromFile, fromVariable])
    expect(cleared?.every((octet) => octet === 0)).toBe(true);
});
