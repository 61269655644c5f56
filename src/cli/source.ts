// Reading what a person points at: a file, a folder or standard input.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { concatBytes } from '../base/bytes.ts';
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { bundleOf, type Bundle } from '../codec/bundle.ts';
import { readSource as readBytes } from '../codec/source.ts';
import { givenPassphrase } from './secrets.ts';
import { readFailure } from '../store/fs-error.ts';
import { readBoundedFile } from '../store/read.ts';
import type { Context } from './context.ts';
import type { KeyRequest } from './opened-keys.ts';
import { readOpening } from './opened-store.ts';
import type { Output } from './output.ts';

interface Reading {
  readonly context: Pick<Context, 'stdin'>;
  readonly output: Output;
}

/** Whom to ask for the passphrase of a key store; absent for commands that take none. */
type Passphrases = KeyRequest | undefined;

/** Twice the PEM of a CRL with a million entries. */
const MAX_BYTES = 128 * 1024 * 1024;

/** A folder that holds more is not one of certificates. */
const MAX_FILES = 10_000;

export const STANDARD_INPUT = '-';

/** How messages and origins call a source. */
function sourceName(source: string): string {
  return source === STANDARD_INPUT ? 'standard input' : source;
}

/**
 * Reads one source. In a folder, its files are read and its folders are not; files that hold
 * nothing of the kind are passed over, and those that are damaged are said.
 *
 * @throws MtlsError of a code that exits with 3
 */
export async function readSource(
  reading: Reading,
  source: string,
  passphrases?: Passphrases,
): Promise<Bundle> {
  if (source !== STANDARD_INPUT && isFolder(source))
    return readFolder(reading, source, passphrases);
  const bytes =
    source === STANDARD_INPUT
      ? await readStandardInput(reading.context.stdin)
      : readBoundedFile(source, { max: MAX_BYTES });
  const name = sourceName(source);
  return readOpening(passphrases, name, (passphrase) => readBytes(bytes, { name, passphrase }));
}

/** Standard input ends where it was read. Throws USAGE for sources of which two are `-`. */
export function refuseSecondInput(sources: readonly string[]): void {
  if (sources.filter((source) => source === STANDARD_INPUT).length > 1)
    throw new MtlsError('USAGE', 'standard input can be read once only', {
      hint: 'give "-" once',
    });
}

/** Reads several sources as one, in their order. */
export async function readSources(
  reading: Reading,
  sources: readonly string[],
  passphrases?: Passphrases,
): Promise<Bundle> {
  refuseSecondInput(sources);
  const parts: Bundle['parts'][number][] = [];
  const skipped: Bundle['skipped'][number][] = [];
  for (const source of sources) {
    const bundle = await readSource(reading, source, passphrases);
    parts.push(...bundle.parts);
    skipped.push(...bundle.skipped);
  }
  return bundleOf(parts, skipped);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever is wrong with it, reading it as a file says so.
    return false;
  }
}

/** For one of many nobody is asked. */
async function readFileOfFolder(path: string, passphrases: Passphrases): Promise<Bundle> {
  const passphrase = passphrases && (() => givenPassphrase(passphrases));
  return readBytes(readBoundedFile(path, { max: MAX_BYTES }), { name: path, passphrase });
}

// What a file that simply is something else ends with.
const SOMETHING_ELSE: ReadonlySet<ErrorCode> = new Set([
  'NOT_RECOGNIZED',
  'NOTHING_FOUND',
  'FILE_EMPTY',
]);

async function readFolder(
  { output }: Reading,
  folder: string,
  passphrases: Passphrases,
): Promise<Bundle> {
  const parts: Bundle['parts'][number][] = [];
  const skipped: Bundle['skipped'][number][] = [];
  for (const path of filesOf(folder)) {
    try {
      const bundle = await readFileOfFolder(path, passphrases);
      parts.push(...bundle.parts);
      skipped.push(...bundle.skipped);
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
      if (!SOMETHING_ELSE.has(error.code)) output.warn(error.message);
    }
  }
  if (parts.length === 0)
    throw new MtlsError(
      'NOTHING_FOUND',
      `no certificate, key or request in ${quoteForeign(folder)}`,
      {
        hint: 'folders inside of it are not searched; name the one that is meant',
        data: { path: folder },
      },
    );
  return bundleOf(parts, skipped);
}

/** Files of a folder by name, without hidden ones; links are followed, as Kubernetes mounts them. */
function filesOf(folder: string): readonly string[] {
  const names = namesIn(folder).filter((name) => !name.startsWith('.'));
  if (names.length > MAX_FILES)
    throw new MtlsError('FILE_TOO_LARGE', `${names.length} files in ${quoteForeign(folder)}`, {
      hint: `at most ${MAX_FILES} are read; name those that are meant`,
      data: { path: folder },
    });
  return names
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => !isFolder(path));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw readFailure(error, folder);
  }
}

/** All of standard input. Throws FILE_EMPTY, FILE_TOO_LARGE. */
export async function readStandardInput(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    total += bytes.length;
    if (total > MAX_BYTES)
      throw new MtlsError(
        'FILE_TOO_LARGE',
        `standard input is too large: at most ${MAX_BYTES} bytes are read`,
      );
    chunks.push(new Uint8Array(bytes));
  }
  if (total === 0)
    throw new MtlsError('FILE_EMPTY', 'nothing came on standard input', {
      hint: 'check the program before the pipe',
    });
  return concatBytes(chunks);
}
