// Files that are there whole or not at all.
import { closeSync, fchmodSync, fchownSync, fsyncSync } from 'node:fs';
import { resolve } from 'node:path';
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { createFile, entryAt, removeFile, targetAt, temporaryName, writeFully } from './entry.ts';
import { errnoOf, refuseNul, writeFailure } from './fs-error.ts';
import { discard, fileExists, holds, publishAll, type Staged } from './publish.ts';

/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  /** Permission bits, held whatever the umask: 0o600 for keys, 0o644 for certificates. */
  readonly mode: number;
  /** Numeric group. */
  readonly group?: number | undefined;
  /**
   * Several processes may write this very file at once, as they do with `ca.crt`: one of the same
   * content is not in the way.
   */
  readonly shared?: boolean;
}

export interface WriteOptions {
  /**
   * Replace what is there. A symbolic link is itself replaced: nothing is ever written through
   * it, so that a planted link can not send a key elsewhere.
   */
  readonly force?: boolean;
}

/** Files on disk under temporary names, waiting for their own. */
export interface StagedFiles {
  /** Gives all of them their names, in the order given, or none. */
  publish(): void;
  /** Takes them away again. */
  discard(): void;
}

/**
 * Writes and fsyncs a set of files under temporary names beside their own.
 *
 * @throws MtlsError FILE_EXISTS (with all that are in the way), FILE_IS_FOLDER or WRITE_FAILED (a
 * device) before anything is written; WRITE_FAILED, with nothing left behind.
 */
export function stageFiles(files: readonly NewFile[], options: WriteOptions = {}): StagedFiles {
  const force = options.force === true;
  checkTargets(files, force);
  const staged: Staged[] = [];
  try {
    for (const file of files) staged.push(stage(file));
  } catch (error) {
    discard(staged);
    throw error;
  }
  return {
    publish: () => {
      publishAll(staged, force);
    },
    discard: () => {
      discard(staged);
    },
  };
}

/** Writes a set of files: all of them or none. */
export function writeFilesAtomic(files: readonly NewFile[], options: WriteOptions = {}): void {
  stageFiles(files, options).publish();
}

/** Writes one file whole or not at all. */
export function writeFileAtomic(file: NewFile, options: WriteOptions = {}): void {
  writeFilesAtomic([file], options);
}

/**
 * Refuses paths that something lies at, before work is done that would be in vain. Throws
 * FILE_EXISTS, FILE_IS_FOLDER, and BAD_OPTION for a path given twice.
 */
export function refuseTaken(paths: readonly string[], options: WriteOptions = {}): void {
  checkTargets(
    paths.map((path) => ({ path, bytes: '', mode: 0 })),
    options.force === true,
  );
}

function checkTargets(files: readonly NewFile[], force: boolean): void {
  const seen = new Set<string>();
  const inTheWay: string[] = [];
  for (const file of files) {
    const { path } = file;
    refuseNul(path, 'WRITE_FAILED');
    const whole = resolve(path);
    if (seen.has(whole))
      throw new MtlsError('BAD_OPTION', `two files would have the name ${quoteForeign(path)}`, {
        hint: 'give them different names',
        data: { path },
      });
    seen.add(whole);
    const entry = entryAt(path);
    if (entry?.isDirectory() === true)
      throw new MtlsError('FILE_IS_FOLDER', `${quoteForeign(path)} is a folder`, {
        hint: 'remove it, or choose another place',
        data: { path },
      });
    if (entry !== undefined) refuseDevice(path);
    if (entry !== undefined && !force && !isSame(file)) inTheWay.push(path);
  }
  if (inTheWay.length > 0) throw fileExists(inTheWay);
}

/** `/dev/null` and `/dev/stdout` are not to be replaced by a file, whoever may do that. */
function refuseDevice(path: string): void {
  const target = targetAt(path);
  if (!target || target.isFile() || target.isDirectory()) return;
  const kind = target.isFIFO() ? 'a pipe' : target.isSocket() ? 'a socket' : 'a device';
  throw new MtlsError('WRITE_FAILED', `${quoteForeign(path)} is ${kind}, not a file`, {
    hint: 'name a file',
    data: { path },
  });
}

/** Whether what lies at a path is what a shared file would be. */
function isSame({ path, bytes, shared }: NewFile): boolean {
  return shared === true && holds(path, bytesOf(bytes));
}

function bytesOf(content: NewFile['bytes']): Uint8Array {
  return typeof content === 'string' ? toUtf8(content) : content;
}

function stage(file: NewFile): Staged {
  const bytes = bytesOf(file.bytes);
  const temporary = temporaryName(file.path);
  let fd: number;
  try {
    fd = createFile(temporary);
  } catch (error) {
    throw writeFailure(error, file.path);
  }
  try {
    try {
      writeFully(fd, bytes);
      if (file.group !== undefined) fchownSync(fd, -1, file.group);
      fchmodSync(fd, file.mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    removeFile(temporary);
    throw groupFailure(error, file) ?? writeFailure(error, file.path);
  }
  return { path: file.path, temporary, ...(file.shared === true && { shared: bytes }) };
}

function groupFailure(error: unknown, file: NewFile): MtlsError | undefined {
  if (file.group === undefined || errnoOf(error) !== 'EPERM') return undefined;
  return new MtlsError('WRITE_FAILED', `can not give ${quoteForeign(file.path)} to a group`, {
    hint: `only a member of group ${file.group} or root may do that; see "id"`,
    data: { path: file.path, group: file.group, errno: 'EPERM' },
    cause: error,
  });
}
