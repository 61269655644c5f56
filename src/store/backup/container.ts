// The file of a backup: a header that anybody can read, and pieces sealed under the passphrase.
import { concatBytes, toUtf8, bytesEqual } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { randomBytes } from '../../crypto/random.ts';
import {
  CHECK_LENGTH,
  openPiece,
  opensSeal,
  SALT_LENGTH,
  SEAL_OVERHEAD,
  sealOf,
  sealPiece,
} from '../../crypto/seal.ts';
import { newerFormat } from '../home-create.ts';
import { malformed } from './manifest.ts';

const MAGIC = toUtf8('mtls backup\n');
const VERSION = 1;
const SALT_AT = MAGIC.length + 4;
const CHECK_AT = SALT_AT + SALT_LENGTH;

/** Octets of the header. */
export const HEADER_LENGTH = CHECK_AT + CHECK_LENGTH;
/** Octets of a piece before it is sealed; all but the last have so many. */
export const PIECE = 64 * 1024;
/** Octets of a piece in the file. */
const SEALED_PIECE = PIECE + SEAL_OVERHEAD;

/** Takes octets in any portions, and hands on the file's. */
export interface Packer {
  add(bytes: Uint8Array): void;
  /** Seals what is left as the last piece. */
  end(): void;
}

/** Begins a file: its header goes to `write` at once. */
export function packInto(passphrase: Uint8Array, write: (bytes: Uint8Array) => void): Packer {
  const salt = randomBytes(SALT_LENGTH);
  const seal = sealOf(passphrase, salt);
  const header = concatBytes([MAGIC, Uint8Array.of(0, 0, 0, VERSION), salt, seal.check]);
  write(header);
  const pending = new Uint8Array(PIECE);
  let filled = 0;
  let index = 0;
  const put = (last: boolean): void => {
    write(sealPiece(seal, pending.subarray(0, filled), index++, last, header));
    filled = 0;
  };
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length;) {
        // A full piece waits: only what comes after it tells that it is not the last.
        if (filled === PIECE) put(false);
        const part = bytes.subarray(at, at + PIECE - filled);
        pending.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    },
    end() {
      put(true);
      pending.fill(0);
    },
  };
}

/** What is in a file: answers the next octets, as many as were asked for. */
export interface Unpacker {
  /** Octets in all. */
  readonly length: number;
  /** Throws BACKUP_MALFORMED where a piece is not as it was sealed, or at the end of the last. */
  take(count: number): Uint8Array;
}

/** Reads octets of a file at a place. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/**
 * Opens a file.
 *
 * @param size of the file, in octets
 * @throws MtlsError NOT_RECOGNIZED for another kind of file, STORE_VERSION for one of a newer
 *   program, PASSPHRASE_WRONG, BACKUP_MALFORMED
 */
export function unpackFrom(
  read: ReadAt,
  size: number,
  path: string,
  passphrase: () => Uint8Array,
): Unpacker {
  const header = read(0, Math.min(size, HEADER_LENGTH));
  if (!bytesEqual(header.subarray(0, MAGIC.length), MAGIC)) throw notBackup(path);
  if (header.length < HEADER_LENGTH) throw malformed('it ends within its header');
  const version = Buffer.from(header).readUInt32BE(MAGIC.length);
  if (version > VERSION) throw newerFormat(path, version);
  if (version !== VERSION) throw malformed('it has no version');
  const body = size - HEADER_LENGTH;
  const pieces = Math.ceil(body / SEALED_PIECE);
  const lastLength = body - (pieces - 1) * SEALED_PIECE;
  if (pieces === 0 || lastLength <= SEAL_OVERHEAD) throw malformed('it was cut');
  const seal = sealOf(passphrase(), header.subarray(SALT_AT, CHECK_AT));
  if (!opensSeal(seal, header.subarray(CHECK_AT)))
    throw new MtlsError(
      'PASSPHRASE_WRONG',
      `the passphrase does not open the backup ${quoteForeign(path)}`,
      {
        hint: 'it is the one that was given to mtls ca backup, not that of the CA’s key; if it is right, the first octets were changed',
      },
    );
  let piece: Uint8Array = new Uint8Array(0);
  let index = 0;
  const next = (): void => {
    if (index === pieces) throw malformed('it ends before its last file does');
    const last = index === pieces - 1;
    const offset = HEADER_LENGTH + index * SEALED_PIECE;
    const sealed = read(offset, last ? lastLength : SEALED_PIECE);
    const opened = openPiece(seal, sealed, index, last, header);
    if (opened === undefined)
      throw malformed(
        `octets ${offset} to ${offset + sealed.length - 1} were changed, or the end was cut`,
      );
    piece = opened;
    index++;
  };
  return {
    length: body - pieces * SEAL_OVERHEAD,
    take(count) {
      const parts: Uint8Array[] = [];
      for (let left = count; left > 0;) {
        if (piece.length === 0) next();
        const part = piece.subarray(0, left);
        piece = piece.subarray(part.length);
        parts.push(part);
        left -= part.length;
      }
      if (parts.length === 1) return parts[0] as Uint8Array;
      const whole = concatBytes(parts);
      for (const part of parts) part.fill(0);
      return whole;
    },
  };
}

function notBackup(path: string): MtlsError {
  return new MtlsError('NOT_RECOGNIZED', `${quoteForeign(path)} is no backup of mtls`, {
    hint: 'mtls ca backup writes one; for a CA of another program there is mtls ca import',
    data: { path },
  });
}
