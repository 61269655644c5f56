// What the system says of files, in words and with what to do about it.
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/** The system's error code, `ENOENT`, or an empty text. */
export function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);

/** Whether link() failed because the file system has no hard links, as FAT and some network ones. */
export function lacksLinks(error: unknown): boolean {
  return NO_LINKS.has(errnoOf(error));
}

interface Reason {
  readonly text: string;
  readonly hint?: string;
}

const REASONS: Readonly<Record<string, Reason>> = {
  EACCES: {
    text: 'permission denied',
    hint: 'look at owner and mode with "ls -ld" of the file and of each folder above it',
  },
  EPERM: {
    text: 'operation not permitted',
    hint: 'look at owner and mode with "ls -ld" of the file and of each folder above it',
  },
  ENOENT: { text: 'no such file or folder', hint: 'check the path, or make the folder first' },
  ENOTDIR: { text: 'a part of the path is not a folder', hint: 'check the path' },
  EISDIR: { text: 'it is a folder', hint: 'name a file' },
  ELOOP: { text: 'its symbolic links lead in a circle', hint: 'look at it with "ls -l"' },
  ENAMETOOLONG: { text: 'the name is too long', hint: 'use a shorter name' },
  ENOSPC: { text: 'no space left on the disk', hint: 'free some space, then run it again' },
  EDQUOT: { text: 'the disk quota is used up', hint: 'free some space, then run it again' },
  EROFS: { text: 'the file system is read-only', hint: 'choose another folder' },
  EFBIG: { text: 'the file would grow beyond a limit', hint: 'look at "ulimit -f"' },
  EIO: { text: 'the disk reports an error', hint: 'check the disk; the data may be damaged' },
  EMFILE: { text: 'too many open files', hint: 'raise "ulimit -n"' },
  ENFILE: { text: 'too many open files on this machine', hint: 'try again later' },
  ENXIO: { text: 'it is a socket, or a device that is not there', hint: 'name a file' },
  EBUSY: { text: 'it is in use', hint: 'try again when nothing uses it' },
};

/** What a system error means, and what to do about it. */
export function reasonOf(error: unknown): Reason {
  const code = errnoOf(error);
  return REASONS[code] ?? { text: code === '' ? 'an unknown error' : `system error ${code}` };
}

/** A file or folder could not be written: WRITE_FAILED. Errors of ours pass through. */
export function writeFailure(error: unknown, path: string, action = 'write'): MtlsError {
  if (error instanceof MtlsError) return error;
  const { text, hint } = reasonOf(error);
  return new MtlsError('WRITE_FAILED', `can not ${action} ${quoteForeign(path)}: ${text}`, {
    hint,
    data: { path, errno: errnoOf(error) },
    cause: error,
  });
}

const READ_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'FILE_NOT_FOUND',
  ENOTDIR: 'FILE_NOT_FOUND',
  EISDIR: 'FILE_IS_FOLDER',
};

/** A file could not be read: FILE_NOT_FOUND, FILE_IS_FOLDER or FILE_UNREADABLE. */
export function readFailure(error: unknown, path: string, what = ''): MtlsError {
  if (error instanceof MtlsError) return error;
  const { text, hint } = reasonOf(error);
  const code = READ_CODES[errnoOf(error)] ?? 'FILE_UNREADABLE';
  const subject = what === '' ? quoteForeign(path) : `${what} ${quoteForeign(path)}`;
  return new MtlsError(code, `can not read ${subject}: ${text}`, {
    hint: code === 'FILE_NOT_FOUND' ? 'check the path' : hint,
    data: { path, errno: errnoOf(error) },
    cause: error,
  });
}

/** Refuses a path that the system would cut at a NUL. */
export function refuseNul(path: string, code: ErrorCode): void {
  if (path.includes('\0'))
    throw new MtlsError(code, `the path ${quoteForeign(path)} holds a NUL character`, {
      hint: 'check the path',
      data: { path },
    });
}

/** Does what can still be done after a failure, which is the one to report. */
export function bestEffort(step: () => void): void {
  try {
    step();
  } catch {
    // Nothing more can be done.
  }
}
