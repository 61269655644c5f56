// Reading files that anyone may have put there.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { MtlsError } from '../base/errors.ts';
import { concatBytes } from '../base/bytes.ts';
import { quoteForeign } from '../base/text.ts';
import { errnoOf, readFailure, refuseNul } from './fs-error.ts';

export interface ReadBounds {
  /** In octets. */
  readonly max: number;
  /** What it is, for messages: `the certificate`. */
  readonly what?: string;
  /** Looks at the opened file before it is read; throws to refuse it. */
  readonly check?: (stats: Stats) => void;
  /** How long a pipe may stay silent, in milliseconds; 10 s when absent. */
  readonly patience?: number;
}

/** A pipe that stays silent this long is given up, in milliseconds: `<(kubectl …)` takes seconds. */
const PIPE_PATIENCE = 10_000;
const PIPE_PAUSE = 10;
const CHUNK = 64 * 1024;

// Without it, opening a pipe would wait for its writer; Windows has no such pipes.
const OPEN_FLAGS = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/**
 * Reads a whole file, or a pipe such as the shell's `<(…)` makes. Never hangs, and never reads
 * more than `max`, whatever the file says of its size.
 *
 * @throws MtlsError FILE_NOT_FOUND, FILE_IS_FOLDER, FILE_EMPTY, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export function readBoundedFile(path: string, bounds: ReadBounds): Uint8Array {
  refuseNul(path, 'FILE_UNREADABLE');
  let fd: number;
  try {
    fd = openSync(path, OPEN_FLAGS);
  } catch (error) {
    throw readFailure(error, path, bounds.what);
  }
  try {
    const stats = fstatSync(fd);
    checkKind(stats, path);
    bounds.check?.(stats);
    if (stats.isFile() && stats.size > bounds.max) throw tooLarge(path, bounds.max, stats.size);
    const bytes = readAll(fd, path, bounds, Math.min(stats.size, bounds.max));
    if (bytes.length === 0) throw empty(path, stats);
    return bytes;
  } catch (error) {
    throw readFailure(error, path, bounds.what);
  } finally {
    closeSync(fd);
  }
}

function checkKind(stats: Stats, path: string): void {
  if (stats.isFile() || stats.isFIFO()) return;
  if (stats.isDirectory())
    throw new MtlsError('FILE_IS_FOLDER', `${quoteForeign(path)} is a folder`, {
      hint: 'name a file in it',
      data: { path },
    });
  const kind = stats.isSocket() ? 'a socket' : 'a device';
  throw new MtlsError('FILE_UNREADABLE', `${quoteForeign(path)} is ${kind}, not a file`, {
    hint: 'name a file, or "-" for standard input',
    data: { path },
  });
}

function tooLarge(path: string, max: number, size?: number): MtlsError {
  const told = size === undefined ? '' : ` (${size} bytes)`;
  return new MtlsError(
    'FILE_TOO_LARGE',
    `${quoteForeign(path)} is too large${told}: at most ${max} bytes are read`,
    { hint: 'check that it is the right file', data: { path, max, size } },
  );
}

function empty(path: string, stats: Stats): MtlsError {
  return new MtlsError(
    'FILE_EMPTY',
    stats.isFIFO()
      ? `nothing came through the pipe ${quoteForeign(path)}`
      : `${quoteForeign(path)} is empty`,
    { hint: 'check the program that should have filled it', data: { path } },
  );
}

function readAll(fd: number, path: string, bounds: ReadBounds, expected: number): Uint8Array {
  const { max, patience = PIPE_PATIENCE } = bounds;
  const parts: Uint8Array[] = [];
  let total = 0;
  let silence = 0;
  for (;;) {
    // One octet beyond the limit shows a file that grew since its size was asked.
    const room = Math.min(Math.max(expected - total, CHUNK), max + 1 - total);
    const buffer = new Uint8Array(room);
    const count = readSome(fd, buffer);
    if (count === 0) return joined(parts);
    if (count === undefined) {
      silence += PIPE_PAUSE;
      if (silence > patience) throw silent(path, patience);
      pause();
      continue;
    }
    silence = 0;
    parts.push(buffer.subarray(0, count));
    total += count;
    if (total > max) throw tooLarge(path, max);
  }
}

/** One copy and no other: whoever reads a secret clears what it is given. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = concatBytes(parts);
  for (const part of parts) part.fill(0);
  return whole;
}

/** Octets read, 0 at the end, undefined when a pipe has none yet. */
function readSome(fd: number, buffer: Uint8Array): number | undefined {
  try {
    return readSync(fd, buffer, 0, buffer.length, null);
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_PAUSE);
}

function silent(path: string, patience: number): MtlsError {
  return new MtlsError(
    'FILE_UNREADABLE',
    `nothing came through the pipe ${quoteForeign(path)} for ${patience / 1000} seconds`,
    { hint: 'write it to a file first', data: { path } },
  );
}
