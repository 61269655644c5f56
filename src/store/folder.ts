// Folders: made private, and made to last.
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { bestEffort, errnoOf, refuseNul, writeFailure } from './fs-error.ts';

// Some systems can not sync a folder (Windows, some network file systems); then there is no more to do.
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Makes the names in a folder last: after link, rename, unlink or mkdir inside it. */
export function syncFolder(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (NO_FOLDER_SYNC.has(errnoOf(error))) return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errnoOf(error))) throw error;
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a folder and the missing ones above it, each of the mode given under any umask, and
 * makes them last: also the one that is there, since whoever made it may have died before that.
 * What is there already keeps its mode. Throws WRITE_FAILED.
 */
export function makeFolder(path: string, mode = 0o700): void {
  refuseNul(path, 'WRITE_FAILED');
  const missing: string[] = [];
  try {
    let folder = resolve(path);
    for (; !isFolder(folder); folder = dirname(folder)) missing.push(folder);
    syncFolder(dirname(folder));
    for (const folder of missing.reverse()) makeOne(folder, mode);
  } catch (error) {
    throw writeFailure(error, path, 'make the folder');
  }
}

function isFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    // A dangling link has no folder behind it, and mkdir would say that it exists.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    throw Object.assign(new Error('dangling link'), { code: 'ENOTDIR' });
  }
  if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  return true;
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process made it in between.
    if (errnoOf(error) === 'EEXIST' && isFolder(path)) return;
    throw error;
  }
  try {
    // The umask takes bits away; what was just made in a folder of ours can not be a link.
    if ((lstatSync(path).mode & 0o7777) !== mode) chmodSync(path, mode);
    syncFolder(dirname(path));
  } catch (error) {
    bestEffort(() => {
      rmdirSync(path);
    });
    throw error;
  }
}
