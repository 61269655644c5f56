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
import { openStored, readPart, type StoredFile } from './stored-file.ts';

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

/** Reads certificates from packs. A compacted one is held unpacked: the next is mostly asked of it too. */
export class PackReader {
  readonly #paths: CaPaths;
  #held: { readonly pack: number; readonly content: StoredFile | MtlsError } | undefined;

  constructor(paths: CaPaths) {
    this.#paths = paths;
  }

  /** The certificate, or what is wrong with it: `missing`, `changed`, or its pack is `damaged`. */
  lookUp(ref: CertificateRef): CertificateDer | 'missing' | 'changed' | 'damaged' {
    const content = this.#open(ref.pack);
    if (content === undefined) return 'missing';
    if (content instanceof MtlsError) return 'damaged';
    try {
      const bytes = readPart(content, ref.offset, ref.offset + ref.length);
      if (bytes.length < ref.length) return 'missing';
      return digestText(bytes) === ref.sha256
        ? (new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) as CertificateDer)
        : 'changed';
    } finally {
      content.close();
    }
  }

  /** As `lookUp`. Throws STORE_CORRUPT when it is not what was issued. */
  read(ref: CertificateRef): CertificateDer {
    const found = this.lookUp(ref);
    if (typeof found !== 'string') return found;
    throw (
      this.fault(ref.pack) ??
      badPack(packPath(this.#paths, ref.pack), `an issued certificate is ${found}`)
    );
  }

  /** What is wrong with a compacted pack as a whole. */
  fault(pack: number): MtlsError | undefined {
    const content = this.#open(pack);
    if (content instanceof MtlsError) return content;
    content?.close();
    return undefined;
  }

  #open(pack: number): StoredFile | MtlsError | undefined {
    if (this.#held?.pack === pack) return this.#held.content;
    this.#held = undefined;
    try {
      const file = openStored(packPath(this.#paths, pack), 'the pack');
      if (file.unpacked) this.#held = { pack, content: file };
      return file;
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code !== 'STORE_CORRUPT') throw error;
      if (error.data['errno'] === 'ENOENT') return undefined;
      this.#held = { pack, content: error };
      return error;
    }
  }
}

function badPack(path: string, what: string): MtlsError {
  return new MtlsError('STORE_CORRUPT', `${what}: ${quoteForeign(path)}`, {
    hint: "restore the CA's folder from a backup",
    data: { path },
  });
}
