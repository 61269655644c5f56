// A CA from its backup: in the home whole and proven, or not at all.
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { writeFileAtomic } from '../atomic.ts';
import { changedCaInfo } from '../ca-info.ts';
import { caExists, stageCa } from '../ca-store.ts';
import { createFile, writeFully } from '../entry.ts';
import type { JournalHead } from '../events.ts';
import { makeFolder, syncFolder } from '../folder.ts';
import { readFailure, refuseNul, writeFailure } from '../fs-error.ts';
import { caPaths, parseCaName, type CaName, type CaPaths, type HomePaths } from '../layout.ts';
import type { LockOptions } from '../lock.ts';
import { openStore } from '../opened-store.ts';
import type { CaStore, StoreOptions } from '../types.ts';
import { PIECE, unpackFrom, type Unpacker } from './container.ts';
import {
  backupPath,
  malformed,
  MAX_MANIFEST,
  parseManifest,
  type BackupFile,
  type BackupManifest,
} from './manifest.ts';

export interface RestoreOptions extends StoreOptions, LockOptions {
  /** Of the backup. */
  readonly path: string;
  /** Asked for once the file is known to be a backup. */
  readonly passphrase: () => Promise<Uint8Array>;
  /** Another name than it had. */
  readonly name?: CaName | undefined;
}

export interface RestoredBackup {
  readonly store: CaStore;
  readonly takenAt: Date;
  /** The last commit that is known again. */
  readonly head: JournalHead;
  /** The least number of the next CRL. */
  readonly crlFrom: bigint;
}

/**
 * How far the CRL number jumps: past all that were issued after the backup, of which nothing is
 * known. Whoever has a CRL takes none of a lower number (RFC 5280 §5.2.3).
 */
const CRL_JUMP = 1_000_000n;

const PUBLIC: ReadonlySet<string> = new Set(['ca.crt', 'chain.pem', 'crl.pem']);

/** Pieces after which signals are heard. */
const BREATH = 64;

/**
 * Restores a CA. Its whole journal is proven before it gets its name in the home.
 *
 * @throws MtlsError NOT_RECOGNIZED, BACKUP_MALFORMED, STORE_VERSION, PASSPHRASE_WRONG, CA_EXISTS,
 *   STORE_CORRUPT where it was taken of a damaged CA
 */
export async function restoreBackup(
  home: HomePaths,
  options: RestoreOptions,
): Promise<RestoredBackup> {
  const { path } = options;
  const { fd, size } = openBackup(path);
  try {
    const read = (offset: number, length: number): Uint8Array => readAt(fd, path, offset, length);
    const passphrase = await passphraseFor(read, size, options);
    const unpacker = unpackFrom(read, size, path, () => passphrase);
    const manifest = readManifest(unpacker, path);
    const name = options.name ?? parseCaName(manifest.ca);
    // Before a gigabyte is copied in vain; the stage looks again
    const { folder } = caPaths(home, name);
    if (existsSync(folder)) throw caExists(name, folder);
    const crlFrom = BigInt(manifest.head.totals.crl) + CRL_JUMP;
    const store = await stageCa(home, name, options, async (staging) => {
      for (const one of [staging.folder, staging.journal, staging.certs]) makeFolder(one);
      for (const file of manifest.files) await restoreFile(staging, file, unpacker, options.signal);
      for (const one of [staging.journal, staging.certs]) syncFolder(one);
      prove(name, staging, manifest, options);
      const info = changedCaInfo(staging.info, { name, crlFrom });
      writeFileAtomic({ path: staging.info, bytes: info, mode: 0o600 }, { force: true });
    });
    return { store, takenAt: new Date(manifest.takenAt), head: manifest.head, crlFrom };
  } finally {
    closeSync(fd);
  }
}

/** Nobody is asked for the passphrase of what is no backup. */
async function passphraseFor(
  read: (offset: number, length: number) => Uint8Array,
  size: number,
  { path, passphrase }: RestoreOptions,
): Promise<Uint8Array> {
  const reached = new Error('the passphrase is needed');
  try {
    unpackFrom(read, size, path, () => {
      throw reached;
    });
  } catch (error) {
    if (error !== reached) throw error;
  }
  return await passphrase();
}

function openBackup(path: string): { fd: number; size: number } {
  refuseNul(path, 'FILE_UNREADABLE');
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw readFailure(error, path, 'the backup');
  }
  const stats = fstatSync(fd);
  if (stats.isFile() && stats.size > 0) return { fd, size: stats.size };
  closeSync(fd);
  if (stats.isFile())
    throw new MtlsError('FILE_EMPTY', `${quoteForeign(path)} is empty`, { data: { path } });
  throw stats.isDirectory()
    ? new MtlsError('FILE_IS_FOLDER', `${quoteForeign(path)} is a folder`, {
        hint: 'name the file that mtls ca backup wrote',
        data: { path },
      })
    : new MtlsError('FILE_UNREADABLE', `${quoteForeign(path)} is no file`, {
        hint: 'a backup is read at any place: put it into a file first',
        data: { path },
      });
}

function readAt(fd: number, path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  try {
    for (let done = 0; done < length;) {
      const count = readSync(fd, bytes, done, length - done, offset + done);
      if (count === 0) throw malformed('it became shorter meanwhile');
      done += count;
    }
  } catch (error) {
    throw readFailure(error, path, 'the backup');
  }
  return bytes;
}

function readManifest(unpacker: Unpacker, path: string): BackupManifest {
  if (unpacker.length < 4) throw malformed('it has no list of files');
  const length = Buffer.from(unpacker.take(4)).readUInt32BE();
  if (length > MAX_MANIFEST || length > unpacker.length - 4)
    throw malformed('its list of files is too long');
  const manifest = parseManifest(unpacker.take(length), path);
  const stated = manifest.files.reduce((sum, { size }) => sum + size, 0);
  if (stated !== unpacker.length - 4 - length)
    throw malformed('its files are not as long as its list says');
  return manifest;
}

async function restoreFile(
  paths: CaPaths,
  { name, size }: BackupFile,
  unpacker: Unpacker,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = backupPath(paths, name) as string;
  const writing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw writeFailure(error, path);
    }
  };
  const fd = writing(() => createFile(path, PUBLIC.has(name) ? 0o644 : 0o600));
  try {
    for (let left = size, turn = 1; left > 0; turn++) {
      const piece = unpacker.take(Math.min(left, PIECE));
      left -= piece.length;
      writing(() => {
        writeFully(fd, piece);
      });
      piece.fill(0);
      if (turn % BREATH === 0) await pause();
      signal?.throwIfAborted();
    }
    writing(() => {
      fsyncSync(fd);
    });
  } finally {
    closeSync(fd);
  }
}

/** Every record, every certificate, the chain, and the key as far as it is open. */
function prove(
  name: CaName,
  paths: CaPaths,
  manifest: BackupManifest,
  options: StoreOptions,
): void {
  const store = openStore(name, paths, options);
  const { faults, head } = store.verifyJournal();
  const [fault] = faults;
  const wrong =
    fault?.message ??
    (head?.hash === manifest.head.hash ? undefined : 'its journal ends at another commit');
  if (wrong !== undefined)
    throw new MtlsError('STORE_CORRUPT', `the CA in the backup does not verify: ${wrong}`, {
      hint: 'nothing was restored; take the backup before this one',
      data: { ca: manifest.ca, ...(fault && { fault: fault.code }) },
    });
  if (store.chain.length === 0) throw malformed('its chain is empty');
  if (store.keyState() === 'plain') store.loadKey();
}
