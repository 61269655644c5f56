// Issued certificates, one after another in packs; records say where each lies.
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import type { CertificateDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { digest } from '../crypto/digest.ts';
import { createFile, removeFile, writeFully } from './entry.ts';
import type { CertificateRef } from './events.ts';
import { syncFolder } from './folder.ts';
import { bestEffort, errnoOf, writeFailure } from './fs-error.ts';
import { packPath, type CaPaths } from './layout.ts';
import { readRange } from './segment-reader.ts';

/** A pack opened for appending; one writer at a time. */
export interface PackAppender {
  /** Says where a certificate will lie; it is written by `flush`. */
  add(der: Uint8Array): CertificateRef;
  /** Writes and syncs what was added. */
  flush(): void;
  /** Takes back what was flushed, as far as the disk lets it. */
  undo(): void;
  close(): void;
}

/**
 * Opens a pack. What a dead writer left at its end stays: no record points there. A pack comes
 * into being with the journal segment of its number, so that its name lasts when theirs does.
 */
export function openPack(paths: CaPaths, pack: number, isNew: boolean): PackAppender {
  const path = packPath(paths, pack);
  const { fd, size } = openToAppend(path, isNew);
  const parts: Uint8Array[] = [];
  let added = 0;
  return {
    add(der) {
      const offset = size + added;
      parts.push(der);
      added += der.length;
      return { pack, offset, length: der.length, sha256: digestText(der) };
    },
    flush() {
      try {
        if (added > 0) {
          writeFully(fd, Buffer.concat(parts), size);
          fsyncSync(fd);
        }
        if (isNew) syncFolder(paths.certs);
      } catch (error) {
        throw writeFailure(error, path);
      }
    },
    undo() {
      bestEffort(() => {
        ftruncateSync(fd, size);
        // Made anew by the next writer: its name may not have come to the disk, and no sync tries again
        if (isNew && size === 0) removeFile(path);
      });
    },
    close() {
      closeSync(fd);
    },
  };
}

function openToAppend(path: string, mayCreate: boolean): { fd: number; size: number } {
  try {
    const fd = mayCreate && !existsSync(path) ? createFile(path) : openSync(path, 'r+');
    return { fd, size: fstatSync(fd).size };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && !mayCreate) throw badPack(path, 'the pack is missing');
    throw writeFailure(error, path);
  }
}

function digestText(der: Uint8Array): string {
  return Buffer.from(digest('sha256', der)).toString('base64url');
}

/** What is wrong with a certificate in its pack: `missing` or `changed`; or the certificate. */
export function lookUpCertificate(
  paths: CaPaths,
  ref: CertificateRef,
): CertificateDer | 'missing' | 'changed' {
  let bytes: Buffer;
  try {
    bytes = readRange(packPath(paths, ref.pack), ref.offset, ref.offset + ref.length);
  } catch (error) {
    if (error instanceof MtlsError && error.data['errno'] === 'ENOENT') return 'missing';
    throw error;
  }
  if (bytes.length < ref.length) return 'missing';
  return digestText(bytes) === ref.sha256
    ? (new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) as CertificateDer)
    : 'changed';
}

/** Reads an issued certificate. Throws STORE_CORRUPT when it is not what was issued. */
export function readCertificate(paths: CaPaths, ref: CertificateRef): CertificateDer {
  const found = lookUpCertificate(paths, ref);
  if (typeof found !== 'string') return found;
  throw badPack(packPath(paths, ref.pack), `an issued certificate is ${found}`);
}

function badPack(path: string, what: string): MtlsError {
  return new MtlsError('STORE_CORRUPT', `${what}: ${quoteForeign(path)}`, {
    hint: "restore the CA's folder from a backup",
    data: { path },
  });
}
