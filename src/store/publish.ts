// Giving staged files their names: all of them or none.
import { closeSync, linkSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { entryAt, removeFile, temporaryName } from './entry.ts';
import { syncFolder } from './folder.ts';
import { bestEffort, errnoOf, lacksLinks, writeFailure } from './fs-error.ts';
import { readBoundedFile } from './read.ts';

/** A file on disk under a temporary name. */
export interface Staged {
  readonly path: string;
  readonly temporary: string;
  /** Its content, where a file of the same content may take its place. */
  readonly shared?: Uint8Array;
}

/** Whether the file at a path, no link, is there with this content. */
export function holds(path: string, bytes: Uint8Array): boolean {
  try {
    const isFile = entryAt(path)?.isFile() === true;
    return isFile && bytesEqual(readBoundedFile(path, { max: bytes.length }), bytes);
  } catch {
    return false;
  }
}

/** Refuses to replace what is there. */
export function fileExists(paths: readonly string[]): MtlsError {
  const named = paths.map((path) => quoteForeign(path)).join(', ');
  return new MtlsError('FILE_EXISTS', `${named} ${paths.length > 1 ? 'exist' : 'exists'} already`, {
    hint: `pass --force to replace ${paths.length > 1 ? 'them' : 'it'}, or choose another place`,
    data: { paths },
  });
}

/** Takes staged files away. */
export function discard(staged: readonly Staged[]): void {
  for (const { temporary } of staged) removeFile(temporary);
}

/** Gives staged files their names in order, and makes the names last. Throws FILE_EXISTS, WRITE_FAILED. */
export function publishAll(staged: readonly Staged[], force: boolean): void {
  const undo: (() => void)[] = [];
  const backups: string[] = [];
  let at = '';
  try {
    for (const file of staged) {
      at = file.path;
      if (!force) undo.push(publishNew(file));
      else if (staged.length === 1) renameSync(file.temporary, file.path);
      else undo.push(publishReplacing(file, backups));
    }
    for (const folder of new Set(staged.map(({ path }) => dirname(path)))) syncFolder(folder);
  } catch (error) {
    for (const step of undo.reverse()) bestEffort(step);
    bestEffort(() => {
      discard(staged);
    });
    throw writeFailure(error, at);
  }
  for (const backup of backups) removeFile(backup);
}

/** Publishes where nothing may be; answers how to undo it. */
function publishNew({ path, temporary, shared }: Staged): () => void {
  try {
    // Unlike rename, link never replaces what another process put there meanwhile.
    linkSync(temporary, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      if (shared === undefined || !holds(path, shared)) throw fileExists([path]);
      removeFile(temporary);
      return () => undefined;
    }
    if (!lacksLinks(error)) throw error;
    publishWithoutLinks(path, temporary);
  }
  removeFile(temporary);
  return () => {
    removeFile(path);
  };
}

function publishWithoutLinks(path: string, temporary: string): void {
  try {
    // Takes the name, so that nobody else's file is replaced a moment later.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    throw errnoOf(error) === 'EEXIST' ? fileExists([path]) : error;
  }
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeFile(path);
    throw error;
  }
}

/** Publishes over what may be there; answers how to undo it. */
function publishReplacing({ path, temporary }: Staged, backups: string[]): () => void {
  const isNew = entryAt(path) === undefined;
  const backup = isNew ? undefined : keepAside(path);
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (backup !== undefined) removeFile(backup);
    throw error;
  }
  if (backup !== undefined) backups.push(backup);
  return () => {
    if (backup !== undefined) renameSync(backup, path);
    else if (isNew) removeFile(path);
  };
}

/** Gives what is at a path a second name; undefined where links are unknown, and it can not come back. */
function keepAside(path: string): string | undefined {
  const backup = temporaryName(path);
  try {
    linkSync(path, backup);
    return backup;
  } catch (error) {
    if (lacksLinks(error)) return undefined;
    throw error;
  }
}
