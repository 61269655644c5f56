// A file of the store that can not be read is the store's fault, not that of an input.
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readFailure } from './fs-error.ts';
import { readBoundedFile, type ReadBounds } from './read.ts';

// What reading says of files that name themselves …
const OF_FILES: ReadonlySet<ErrorCode> = new Set([
  'FILE_NOT_FOUND',
  'FILE_IS_FOLDER',
  'FILE_EMPTY',
  'FILE_TOO_LARGE',
]);
// … and of content, which does not know where it stood.
const OF_CONTENT: ReadonlySet<ErrorCode> = new Set([
  'NOT_RECOGNIZED',
  'NOTHING_FOUND',
  'PEM_MALFORMED',
  'DER_MALFORMED',
  'CERT_MALFORMED',
  'CRL_MALFORMED',
  'KEY_MALFORMED',
]);

const RESTORE = 'restore it from a backup';

/** The fault of a file of the store: STORE_CORRUPT, STORE_UNREADABLE, or the error as it came. */
export function storeFault(error: unknown, path: string, hint = RESTORE): unknown {
  if (!(error instanceof MtlsError)) return error;
  const { code, message } = error;
  const data = { ...error.data, path };
  if (code === 'FILE_UNREADABLE')
    return new MtlsError('STORE_UNREADABLE', message, { hint: error.hint, data, cause: error });
  if (OF_FILES.has(code))
    return new MtlsError('STORE_CORRUPT', message, { hint, data, cause: error });
  if (OF_CONTENT.has(code))
    return new MtlsError('STORE_CORRUPT', `${quoteForeign(path)}: ${message}`, {
      hint,
      data,
      cause: error,
    });
  return error;
}

/** As readFailure, for a file or folder of the store. */
export function storeReadFailure(error: unknown, path: string, what: string): unknown {
  return storeFault(readFailure(error, path, what), path);
}

/** Reads a file of the store, and what it holds. Throws STORE_CORRUPT, STORE_UNREADABLE. */
export function readStoreFile<T>(
  path: string,
  bounds: ReadBounds,
  use: (bytes: Uint8Array) => T,
  hint?: string,
): T {
  try {
    return use(readBoundedFile(path, bounds));
  } catch (error) {
    throw storeFault(error, path, hint);
  }
}
