// What names a signer, on a command line and in config.yaml.
import { isAbsolute, resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { escapeControl, quoteForeign } from '../base/text.ts';
import { parsePkcs11Uri, type Pkcs11Uri } from './pkcs11-uri.ts';

/** A program, and what it is given. */
export interface ExecSpec {
  readonly kind: 'exec';
  /** The program by its absolute path, then its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Milliseconds for one signature. */
  readonly timeout: number;
}

/** A key in a token. */
export interface Pkcs11Spec {
  readonly kind: 'pkcs11';
  readonly uri: Pkcs11Uri;
}

export type SignerSpec = ExecSpec | Pkcs11Spec;

export const SIGNER_TIMEOUT = 60_000;

const EXEC = 'exec:';
const HINT =
  'write exec:/path/to/program, exec:["/path/to/program","argument"], or pkcs11:token=…;object=…';

/**
 * Reads what `--signer` takes. Throws BAD_OPTION.
 *
 * @param cwd absolute; relative paths of programs begin there
 */
export function parseSigner(text: string, cwd: string, timeout = SIGNER_TIMEOUT): SignerSpec {
  if (/^pkcs11:/i.test(text)) return { kind: 'pkcs11', uri: parsePkcs11Uri(text) };
  if (!text.startsWith(EXEC))
    throw new MtlsError('BAD_OPTION', `--signer does not take ${quoteForeign(text)}`, {
      hint: HINT,
    });
  const [program, ...args] = wordsOf(text.slice(EXEC.length));
  return execSpec([resolve(cwd, program), ...args], timeout);
}

/** The program's path as it stands, or a JSON array of it and its arguments. */
function wordsOf(text: string): readonly [string, ...string[]] {
  if (!text.startsWith('[')) return checkedWords([text]);
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch (cause) {
    throw new MtlsError('BAD_OPTION', '--signer exec:[…] is no JSON array', { hint: HINT, cause });
  }
  return checkedWords(words);
}

/** A program and its arguments as config.yaml lists them. Throws BAD_OPTION. */
export function execSpecOf(words: unknown, timeout = SIGNER_TIMEOUT): ExecSpec {
  const [program, ...args] = checkedWords(words);
  if (!isAbsolute(program))
    throw new MtlsError(
      'BAD_OPTION',
      `the program of a signer is named by its whole path, not ${quoteForeign(program)}`,
      { hint: 'write its path from the root: exec: ["/usr/local/bin/kms-sign"]' },
    );
  return execSpec([program, ...args], timeout);
}

function execSpec(argv: readonly [string, ...string[]], timeout: number): ExecSpec {
  return { kind: 'exec', argv, timeout };
}

function checkedWords(words: unknown): readonly [string, ...string[]] {
  const fit = (word: unknown): word is string => typeof word === 'string' && !word.includes('\0');
  if (Array.isArray(words) && words.every(fit)) {
    const [program, ...args] = words;
    if (program !== undefined && program !== '') return [program, ...args];
  }
  throw new MtlsError('BAD_OPTION', 'a signer is a program and its arguments, each a text', {
    hint: HINT,
  });
}

/** A signer for people: arguments are not shown, some programs are given more than they should. */
export function describeSigner(spec: SignerSpec): string {
  return spec.kind === 'exec'
    ? `the program ${quoteForeign(spec.argv[0])}`
    : escapeControl(spec.uri.shown);
}
