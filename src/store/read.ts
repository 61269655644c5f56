// Reading files that anyone may have put there.
import { MtlsError } from '../base/errors.ts';

export interface ReadBounds {
  /** In octets. */
  readonly max: number;
  /** What it is, for messages: `the certificate`. */
  readonly what?: string;
}

/**
 * Reads a whole file, or throws FILE_NOT_FOUND, FILE_IS_FOLDER, FILE_EMPTY, FILE_TOO_LARGE or
 * FILE_UNREADABLE. Never hangs on a pipe that nobody writes to, nor reads more than `max`.
 */
export function readBoundedFile(path: string, bounds: ReadBounds): Uint8Array {
  void [path, bounds];
  throw new MtlsError('INTERNAL', 'not written yet');
}
