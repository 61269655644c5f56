// Segments and packs, as they were written or compacted: whoever reads them sees the same octets.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { errnoOf } from './fs-error.ts';
import { compactedPath } from './layout.ts';
import { storeReadFailure } from './store-fault.ts';

/** A segment or a pack that is open; what is compacted is held unpacked. */
export interface StoredFile {
  /** In octets, when it was opened. */
  readonly size: number;
  /** Whether it needs its file no more. */
  readonly unpacked: boolean;
  /** Reads into a buffer; answers how many octets, 0 at the end. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): number;
  close(): void;
}

/** Larger files are not compacted, since they are unpacked into memory: a segment has some 4 MiB. */
export const MOST_UNPACKED = 64 * 1024 * 1024;

/** Room for what gzip adds to octets that it can not make fewer. */
const MOST_PACKED = MOST_UNPACKED + 1024 * 1024;
/** A header of ten octets, a stream of two, CRC-32 and length. */
const LEAST_GZIP = 20;

/**
 * Opens a segment or a pack: the plain file where it is there, else the compacted one, which is
 * complete before the plain one goes.
 *
 * @throws MtlsError STORE_CORRUPT, STORE_UNREADABLE; both with `errno` where there is neither
 */
export function openStored(path: string, what = 'the journal'): StoredFile {
  const compacted = compactedPath(path);
  try {
    const plain = openIfThere(path);
    if (plain !== undefined) return plainFile(plain, path, what);
    const packed = openIfThere(compacted);
    if (packed !== undefined) return unpackedFile(packed, compacted);
  } catch (error) {
    throw storeReadFailure(error, path, what);
  }
  return openPlain(path, what);
}

/** Opens a file that lies there as it was written. */
export function openPlain(path: string, what: string): StoredFile {
  try {
    return plainFile(openSync(path, 'r'), path, what);
  } catch (error) {
    throw storeReadFailure(error, path, what);
  }
}

/** Octets of a segment or a pack as it was written; undefined where there is none. */
export function storedSize(path: string, what = 'the journal'): number | undefined {
  try {
    const plain = statSync(path, { throwIfNoEntry: false });
    if (plain !== undefined) return plain.size;
    const compacted = compactedPath(path);
    const packed = openIfThere(compacted);
    if (packed === undefined) return undefined;
    return using(plainFile(packed, compacted, what), (file) =>
      statedSize(readPart(file, Math.max(0, file.size - 4), file.size), file.size, compacted),
    );
  } catch (error) {
    throw storeReadFailure(error, path, what);
  }
}

/** Works with a file, and closes it. */
export function using<T>(file: StoredFile, work: (file: StoredFile) => T): T {
  try {
    return work(file);
  } finally {
    file.close();
  }
}

/** Fills a buffer from a place on; answers how many octets there were. */
export function readFully(file: StoredFile, buffer: Uint8Array, from: number): number {
  let filled = 0;
  for (let count = -1; count !== 0 && filled < buffer.length; filled += count)
    count = file.read(buffer, filled, buffer.length - filled, from + filled);
  return filled;
}

/** Octets of a file between two offsets; fewer where it ends before. */
export function readPart(file: StoredFile, from: number, to: number): Buffer {
  const buffer = Buffer.allocUnsafe(to - from);
  return buffer.subarray(0, readFully(file, buffer, from));
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function plainFile(fd: number, path: string, what: string): StoredFile {
  return {
    size: fstatSync(fd).size,
    unpacked: false,
    read(buffer, offset, length, position) {
      try {
        return readSync(fd, buffer, offset, length, position);
      } catch (error) {
        throw storeReadFailure(error, path, what);
      }
    },
    close() {
      closeSync(fd);
    },
  };
}

function unpackedFile(fd: number, path: string): StoredFile {
  const bytes = using(plainFile(fd, path, 'the compacted file'), (packed) => {
    if (packed.size > MOST_PACKED) throw damaged(path, 'it is too large');
    return unpack(readPart(packed, 0, packed.size), path);
  });
  return {
    size: bytes.length,
    unpacked: true,
    read: (buffer, offset, length, position) => {
      const part = bytes.subarray(position, position + Math.max(0, length));
      buffer.set(part, offset);
      return part.length;
    },
    close: () => undefined,
  };
}

/** Unpacks what a compacted file holds; its path is for messages. Throws STORE_CORRUPT. */
export function unpack(packed: Buffer, path: string): Buffer {
  const size = statedSize(packed.subarray(-4), packed.length, path);
  let bytes: Buffer;
  try {
    // Not one octet more than it says is unpacked, however many there are
    bytes = gunzipSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw damaged(path, REASONS[errnoOf(error)] ?? 'it is not what was written', error);
  }
  if (bytes.length !== size) throw damaged(path, OTHER_LENGTH);
  return bytes;
}

/** What a compacted file says of its length, in its last four octets (RFC 1952 §2.3.1, ISIZE). */
function statedSize(end: Buffer, packed: number, path: string): number {
  if (packed < LEAST_GZIP || end.length < 4) throw damaged(path, 'it was cut');
  const size = end.readUInt32LE();
  if (size > MOST_UNPACKED) throw damaged(path, OTHER_LENGTH);
  return size;
}

const OTHER_LENGTH = 'it does not have the length that it says';
const REASONS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'it was cut',
  ERR_BUFFER_TOO_LARGE: OTHER_LENGTH,
};

function damaged(path: string, what: string, cause?: unknown): MtlsError {
  return new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} can not be unpacked: ${what}`, {
    hint: "restore the CA's folder from a backup",
    data: { path },
    cause,
  });
}
