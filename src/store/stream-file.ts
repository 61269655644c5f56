// A file that is too long to be held, there whole or not at all.
import { closeSync, fchmodSync, fsyncSync } from 'node:fs';
import { createFile, removeFile, temporaryName, writeFully } from './entry.ts';
import { writeFailure } from './fs-error.ts';
import { publishAll } from './publish.ts';

/**
 * Writes a file as its content comes. When `fill` throws, nothing is left behind.
 *
 * @param mode permission bits, held whatever the umask
 * @throws MtlsError FILE_EXISTS, WRITE_FAILED, and what `fill` throws
 */
export async function streamFileAtomic(
  path: string,
  mode: number,
  force: boolean,
  fill: (write: (bytes: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(path);
  const writing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw writeFailure(error, path);
    }
  };
  const fd = writing(() => createFile(temporary));
  try {
    try {
      await fill((bytes) => {
        writing(() => {
          writeFully(fd, bytes);
        });
      });
      writing(() => {
        fchmodSync(fd, mode);
        fsyncSync(fd);
      });
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
  publishAll([{ path, temporary }], force);
}
