// Files that are there whole or not at all.
import { MtlsError } from '../base/errors.ts';

/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
  /** Permission bits, held whatever the umask: 0o600 for keys, 0o644 for certificates. */
  readonly mode: number;
  /** Numeric group. */
  readonly group?: number | undefined;
}

export interface WriteOptions {
  /** Replace what is there; a symbolic link is replaced itself, never written through. */
  readonly force?: boolean;
}

/** Files on disk under temporary names, waiting for their own. */
export interface StagedFiles {
  /** Gives all of them their names, or none. */
  publish(): void;
  /** Takes them away again. */
  discard(): void;
}

/**
 * Writes and fsyncs a set of files under temporary names beside their own. Throws FILE_EXISTS
 * (naming all that are in the way) before anything is written, WRITE_FAILED, FILE_IS_FOLDER.
 */
export function stageFiles(files: readonly NewFile[], options: WriteOptions = {}): StagedFiles {
  void [files, options];
  throw new MtlsError('INTERNAL', 'not written yet');
}

/** Writes a set of files: all of them or none. */
export function writeFilesAtomic(files: readonly NewFile[], options: WriteOptions = {}): void {
  stageFiles(files, options).publish();
}

/** Writes one file whole or not at all. */
export function writeFileAtomic(file: NewFile, options: WriteOptions = {}): void {
  writeFilesAtomic([file], options);
}

/** Makes a folder and the missing ones above it, each of mode 0700 under any umask. */
export function makeFolder(path: string, mode = 0o700): void {
  void [path, mode];
  throw new MtlsError('INTERNAL', 'not written yet');
}
