// Where passphrases come from: a file, an environment variable or a person; never an argument.

import { existsSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { joinSecret, secretOfText, useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBoundedFile } from '../store/read.ts';
import { flag, value, type GlobalOptions, type OptionValues } from './command.ts';
import type { Context } from './context.ts';
import { holdPassphrase, withheldPassphrase } from './held-passphrases.ts';
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

/** For the command that changes the passphrase of a key. */
export const CHANGED_PASSPHRASE_OPTIONS = {
  passphraseFile: value(
    '--passphrase-file <file>',
    'take the present passphrase from the first line of a file',
    GROUP,
  ),
  passphraseEnv: value(
    '--passphrase-env <name>',
    'take the present passphrase from an environment variable',
    GROUP,
  ),
  newPassphraseFile: value(
    '--new-passphrase-file <file>',
    'take the new passphrase from the first line of a file',
    GROUP,
  ),
  newPassphraseEnv: value(
    '--new-passphrase-env <name>',
    'take the new passphrase from an environment variable',
    GROUP,
  ),
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

/** Clears a passphrase that has opened what it is for; these options are not asked again. */
export function forgetPassphrase(passphrase: Uint8Array, options: PassphraseOptions): void {
  passphrase.fill(0);
  taken.delete(options);
}

/**
 * The passphrase of an existing key, asked for on a terminal where no option names it.
 *
 * @param what the key, for the question and the error, such as `the key of CA "dev"`
 * @param prefix of the options that name it, for the hint, such as `ca-`
 * @throws MtlsError PASSPHRASE_NEEDED
 */
export async function existingPassphrase(
  request: Request,
  what: string,
  prefix = '',
): Promise<Uint8Array> {
  const given = givenPassphrase(request);
  if (given !== undefined) return given;
  if (!mayAsk(request.context, request.globals))
    throw new MtlsError('PASSPHRASE_NEEDED', `${what} is encrypted, and no passphrase was given`, {
      hint: `give --${prefix}passphrase-file <file> or --${prefix}passphrase-env <name>`,
    });
  return utf8(
    await askSecret(request.context, `Passphrase for ${what}:`, refuseEmpty),
    request.context,
  );
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
  for (;;) {
    const first = await askSecret(request.context, `Passphrase for ${what} (empty for none):`);
    if (first === '') return undefined;
    if ((await askSecret(request.context, 'The same again:')) === first)
      return utf8(first, request.context);
    request.output.note('they differ; once more');
  }
}

/**
 * The passphrase that takes the place of another: never blank, and undefined only where
 * `--no-passphrase` asks for an unencrypted key.
 *
 * @throws MtlsError PASSPHRASE_NEEDED where nobody can be asked, USAGE for two sources
 */
export async function changedPassphrase(
  request: Omit<Request, 'options'> & {
    readonly options: OptionValues<typeof CHANGED_PASSPHRASE_OPTIONS>;
  },
  what: string,
): Promise<Uint8Array | undefined> {
  const { newPassphraseFile, newPassphraseEnv, noPassphrase } = request.options;
  const sources = [newPassphraseFile, newPassphraseEnv, noPassphrase || undefined];
  if (sources.filter((source) => source !== undefined).length > 1)
    throw new MtlsError('USAGE', 'more than one source for the new passphrase', {
      hint: 'give only one of --new-passphrase-file, --new-passphrase-env and --no-passphrase',
    });
  if (noPassphrase) return undefined;
  if (newPassphraseFile !== undefined) return fromFile(newPassphraseFile, request);
  if (newPassphraseEnv !== undefined) return fromEnvironment(newPassphraseEnv, request.context);
  if (!mayAsk(request.context, request.globals))
    throw new MtlsError('PASSPHRASE_NEEDED', `no new passphrase was given for ${what}`, {
      hint: 'give --new-passphrase-file <file>, --new-passphrase-env <name> or --no-passphrase',
    });
  for (;;) {
    const first = await askSecret(request.context, `New passphrase for ${what}:`, refuseEmpty);
    if ((await askSecret(request.context, 'The same again:')) === first)
      return utf8(first, request.context);
    request.output.note('they differ; once more');
  }
}

/**
 * The passphrase that something new is locked with, which is never left open: asked for twice on
 * a terminal where no option names it. Throws PASSPHRASE_NEEDED.
 *
 * @param what is locked, such as `the backup of CA "dev"`
 */
export async function requiredPassphrase(request: Request, what: string): Promise<Uint8Array> {
  const given = givenPassphrase(request);
  if (given !== undefined) return given;
  if (!mayAsk(request.context, request.globals))
    throw new MtlsError(
      'PASSPHRASE_NEEDED',
      `${what} is always encrypted, and needs a passphrase`,
      {
        hint: 'give --passphrase-file <file> or --passphrase-env <name>',
      },
    );
  for (;;) {
    const first = await askSecret(request.context, `Passphrase for ${what}:`, refuseEmpty);
    if ((await askSecret(request.context, 'The same again:')) === first)
      return utf8(first, request.context);
    request.output.note('they differ; once more');
  }
}

function refuseEmpty(answer: string): true | string {
  return answer === '' ? 'a passphrase is never empty' : true;
}

function utf8(text: string, context: Context): Uint8Array {
  return holdPassphrase(secretOfText(text), context);
}

function fromEnvironment(name: string, context: Context): Uint8Array {
  const found = withheldPassphrase(name, context);
  if (found === undefined) throw noVariable(name);
  if (found.length === 0) throw emptyPassphrase(`the environment variable ${quoteForeign(name)}`);
  return holdPassphrase(found, context);
}

/** Who gave the passphrase itself in place of a name must not find it in a log. */
function noVariable(name: string): MtlsError {
  const isName = /^[A-Z][A-Z0-9_]*$/.test(name);
  return new MtlsError(
    'PASSPHRASE_NEEDED',
    isName
      ? `the environment variable ${quoteForeign(name)} is not set`
      : 'what --passphrase-env names is not set in the environment',
    {
      hint: isName
        ? 'give the name of a variable that is exported'
        : 'give the name of a variable that is exported, not the passphrase itself',
    },
  );
}

/** Nobody types more; what follows the first line is passed over. */
const MAX_PASSPHRASE = 4096;
const MAX_FILE = 64 * 1024;

/** In milliseconds: `<(pass show ca)` may itself wait for a person. */
const PATIENCE = 120_000;

/** The first line as bytes, so that any encoding passes; pipes such as `<(pass show ca)` too. */
function fromFile(
  file: string,
  { context, output }: Pick<Request, 'context' | 'output'>,
): Uint8Array {
  const quoted = quoteForeign(file);
  let mode = 0;
  const bytes = readPassphraseFile(file, resolve(context.cwd, file), quoted, (stats) => {
    if (stats.isFile()) mode = stats.mode & 0o777;
  });
  if (context.platform !== 'win32' && (mode & 0o077) !== 0)
    output.warn(
      `others can read the passphrase file ${quoted} ` +
        `(mode ${mode.toString(8).padStart(4, '0')}, 0600 is enough)`,
    );
  return useSecret(bytes, () => {
    const end = bytes.indexOf(0x0a);
    const line = end === -1 ? bytes : bytes.subarray(0, end);
    const passphrase = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
    if (passphrase.length === 0) throw emptyPassphrase(`the first line of ${quoted}`);
    if (passphrase.length > MAX_PASSPHRASE)
      throw new MtlsError('FILE_TOO_LARGE', `the first line of ${quoted} is too long`, {
        hint: `a passphrase has at most ${MAX_PASSPHRASE} bytes`,
      });
    return holdPassphrase(joinSecret(passphrase), context);
  });
}

function readPassphraseFile(
  given: string,
  path: string,
  quoted: string,
  check: (stats: Stats) => void,
): Uint8Array {
  const what = 'the passphrase file';
  try {
    return readBoundedFile(path, { max: MAX_FILE, what, patience: PATIENCE, check });
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
    if (error.code === 'FILE_EMPTY') throw emptyPassphrase(`${what} ${quoted}`);
    if (error.code === 'FILE_NOT_FOUND' && !isPath(given)) throw noFile();
    throw error;
  }
}

/** Whether it is the name of a file beyond doubt: it has an ending, or its folder is there. */
function isPath(given: string): boolean {
  const folder = dirname(given);
  return /^[\w./-]+\.[a-z]{2,4}$/.test(given) || (folder.length > 1 && existsSync(folder));
}

/** As `noVariable`. */
function noFile(): MtlsError {
  return new MtlsError('FILE_NOT_FOUND', 'the passphrase file that was named is not there', {
    hint: 'give the path of a file whose first line is the passphrase, not the passphrase itself',
  });
}

function emptyPassphrase(where: string): MtlsError {
  return new MtlsError('PASSPHRASE_NEEDED', `${where} is empty`, {
    hint: 'a passphrase is never empty; a key is left unencrypted by --no-passphrase',
  });
}
