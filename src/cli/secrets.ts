// Where passphrases come from: a file, an environment variable or a person; never an argument.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { flag, value, type GlobalOptions, type OptionValues } from './command.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';
import { askSecret, mayAsk } from './prompt.ts';

const GROUP = 'Passphrase:';

/** For commands that read an encrypted key. */
export const PASSPHRASE_OPTIONS = {
  passphraseFile: value(
    '--passphrase-file <file>',
    'take the passphrase from the first line of a file',
    GROUP,
  ),
  passphraseEnv: value(
    '--passphrase-env <name>',
    'take the passphrase from an environment variable',
    GROUP,
  ),
} as const;

/** For commands that make a key which may be encrypted. */
export const NEW_PASSPHRASE_OPTIONS = {
  ...PASSPHRASE_OPTIONS,
  noPassphrase: flag('--no-passphrase', 'leave the key unencrypted (mode 0600)', GROUP),
} as const;

type PassphraseOptions = OptionValues<typeof PASSPHRASE_OPTIONS> & {
  readonly noPassphrase?: boolean;
};

interface Request {
  readonly context: Context;
  readonly globals: GlobalOptions;
  readonly options: PassphraseOptions;
  readonly output: Output;
}

// A pipe can be read once, and a variable is deleted: a second question gets the first answer.
const taken = new WeakMap<PassphraseOptions, Uint8Array>();

/** What `--passphrase-file` or `--passphrase-env` names; undefined where neither was given. */
export function givenPassphrase(request: Request): Uint8Array | undefined {
  const { passphraseFile, passphraseEnv, noPassphrase = false } = request.options;
  const given = [passphraseFile, passphraseEnv, noPassphrase || undefined];
  if (given.filter((option) => option !== undefined).length > 1)
    throw new MtlsError('USAGE', 'more than one source for the passphrase', {
      hint: 'give only one of --passphrase-file, --passphrase-env and --no-passphrase',
    });
  const known = taken.get(request.options);
  if (known !== undefined) return known;
  let passphrase: Uint8Array | undefined;
  if (passphraseFile !== undefined) passphrase = fromFile(passphraseFile, request);
  else if (passphraseEnv !== undefined)
    passphrase = fromEnvironment(passphraseEnv, request.context);
  if (passphrase !== undefined) taken.set(request.options, passphrase);
  return passphrase;
}

/**
 * The passphrase of an existing key, asked for on a terminal where no option names it.
 *
 * @param what the key, for the question and the error, such as `the key of CA "dev"`
 * @throws MtlsError PASSPHRASE_NEEDED
 */
export async function existingPassphrase(request: Request, what: string): Promise<Uint8Array> {
  const given = givenPassphrase(request);
  if (given !== undefined) return given;
  if (!mayAsk(request.context, request.globals))
    throw new MtlsError('PASSPHRASE_NEEDED', `${what} is encrypted, and no passphrase was given`, {
      hint: 'give --passphrase-file <file> or --passphrase-env <name>',
    });
  return utf8(await askSecret(request.context, `Passphrase for ${what}:`, refuseEmpty));
}

/**
 * The passphrase for a new key; undefined leaves it unencrypted, which the caller says.
 * Off a terminal nothing is asked, and without an option the key stays unencrypted.
 */
export async function newPassphrase(
  request: Request,
  what: string,
): Promise<Uint8Array | undefined> {
  const given = givenPassphrase(request);
  if (given !== undefined || request.options.noPassphrase === true) return given;
  if (!mayAsk(request.context, request.globals)) return undefined;
  const first = await askSecret(request.context, `Passphrase for ${what} (empty for none):`);
  if (first === '') return undefined;
  await askSecret(request.context, 'The same again:', (again) =>
    again === first ? true : 'it differs from the first; Ctrl-C starts over',
  );
  return utf8(first);
}

function refuseEmpty(answer: string): true | string {
  return answer === '' ? 'a passphrase is never empty' : true;
}

function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function fromEnvironment(name: string, context: Context): Uint8Array {
  const found = context.env[name];
  const quoted = quoteForeign(name);
  if (found === undefined)
    throw new MtlsError('PASSPHRASE_NEEDED', `the environment variable ${quoted} is not set`, {
      hint: 'give the name of a variable that is exported',
    });
  // No program started from here has any business with it.
  Reflect.deleteProperty(context.env, name);
  if (found === '') throw emptyPassphrase(`the environment variable ${quoted}`);
  return utf8(found);
}

// Nobody types more; a wrong file given by mistake is not read whole.
const MAX_FILE = 4096;

/** The first line as bytes, so that any encoding passes; pipes such as `<(pass show ca)` too. */
function fromFile(file: string, { context, output }: Request): Uint8Array {
  const quoted = quoteForeign(file);
  const { bytes, mode } = readStart(resolve(context.cwd, file), quoted);
  if (mode !== undefined && context.platform !== 'win32' && (mode & 0o077) !== 0)
    output.warn(
      `others can read the passphrase file ${quoted} ` +
        `(mode ${(mode & 0o777).toString(8).padStart(4, '0')}, 0600 is enough)`,
    );
  const end = bytes.indexOf(0x0a);
  if (end === -1 && bytes.length > MAX_FILE)
    throw new MtlsError('FILE_TOO_LARGE', `the first line of ${quoted} is too long`, {
      hint: `a passphrase has at most ${MAX_FILE} bytes`,
    });
  const line = end === -1 ? bytes : bytes.subarray(0, end);
  const passphrase = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  if (passphrase.length === 0) throw emptyPassphrase(`the first line of ${quoted}`);
  return new Uint8Array(passphrase);
}

function emptyPassphrase(where: string): MtlsError {
  return new MtlsError('PASSPHRASE_NEEDED', `${where} is empty`, {
    hint: 'a passphrase is never empty; a key is left unencrypted by --no-passphrase',
  });
}

/** Up to one byte more than allowed; the mode of a regular file only. */
function readStart(path: string, quoted: string): { bytes: Buffer; mode: number | undefined } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const status = fstatSync(descriptor);
    const buffer = Buffer.alloc(MAX_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    return { bytes: buffer.subarray(0, length), mode: status.isFile() ? status.mode : undefined };
  } catch (cause) {
    throw unreadable(cause, quoted);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unreadable(cause: unknown, quoted: string): MtlsError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT')
    return new MtlsError('FILE_NOT_FOUND', `no passphrase file ${quoted}`, { cause });
  if (code === 'EISDIR')
    return new MtlsError('FILE_IS_FOLDER', `the passphrase file ${quoted} is a folder`, { cause });
  return new MtlsError('FILE_UNREADABLE', `cannot read the passphrase file ${quoted} (${code})`, {
    cause,
  });
}
