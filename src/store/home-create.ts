// Making a home, and knowing in which format one was written.
import { existsSync } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { fromUtf8 } from '../base/bytes.ts';
import { quoteForeign } from '../base/text.ts';
import { writeFileAtomic } from './atomic.ts';
import { makeFolder } from './folder.ts';
import { STORE_VERSION, isProjectHome, type HomePaths } from './layout.ts';
import { readStoreFile } from './store-fault.ts';

/**
 * Makes a home, or completes one. Folders are 0700; a project's home hides itself from git.
 *
 * @throws MtlsError WRITE_FAILED, STORE_VERSION when a newer program wrote it.
 */
export function createHome(home: HomePaths): void {
  checkHomeVersion(home);
  makeFolder(home.root);
  // Before any key: a crash must not leave keys that git would pick up.
  if (isProjectHome(home))
    writeOnce(home.gitignore, '# keys and certificates of mtls stay out of the repository\n*\n');
  writeOnce(home.version, `${STORE_VERSION}\n`);
  makeFolder(home.cas);
}

function writeOnce(path: string, text: string): void {
  if (existsSync(path)) return;
  try {
    writeFileAtomic({ path, bytes: text, mode: 0o600 });
  } catch (error) {
    // Another process was quicker.
    if (!(error instanceof MtlsError && error.code === 'FILE_EXISTS')) throw error;
  }
}

/** Refuses a home of a newer format (STORE_VERSION) or a marker that is none (STORE_CORRUPT). */
export function checkHomeVersion(home: HomePaths): void {
  if (!existsSync(home.version)) return;
  const text = readStoreFile(home.version, { max: 64 }, (bytes) => fromUtf8(bytes) ?? '').trim();
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new MtlsError('STORE_CORRUPT', `${quoteForeign(home.version)} is not a version`, {
      hint: `it should hold the number ${STORE_VERSION}`,
      data: { path: home.version },
    });
  if (Number(text) > STORE_VERSION) throw newerFormat(home.root, Number(text));
}

/** What lies there was written by a program that knows more. */
export function newerFormat(path: string, version: number): MtlsError {
  return new MtlsError(
    'STORE_VERSION',
    `${quoteForeign(path)} has format ${version}; this program knows up to ${STORE_VERSION}`,
    { hint: 'update mtls: npm install -g mtls-toolkit', data: { path, version } },
  );
}
