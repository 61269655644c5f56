// Taking a backup: what the CA's folder holds at one commit, in one sealed file.
import { statSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { JournalHead } from '../events.ts';
import { headOf, openJournal } from '../journal-tail.ts';
import { withLock, type LockOptions } from '../lock.ts';
import { headCheck } from '../rotation.ts';
import { storeReadFailure } from '../store-fault.ts';
import { openPlain, openStored, storedSize, type StoredFile } from '../stored-file.ts';
import { streamFileAtomic } from '../stream-file.ts';
import type { CaStore } from '../types.ts';
import { PIECE, packInto, type Packer } from './container.ts';
import { backupPath, encodeManifest, packName, segmentName } from './manifest.ts';

export interface BackupOptions {
  /** Absolute. */
  readonly path: string;
  /** Seals the file; never empty. */
  readonly passphrase: Uint8Array;
  readonly force: boolean;
  readonly clock: Clock;
  readonly lock: LockOptions;
}

export interface TakenBackup {
  readonly takenAt: Date;
  readonly head: JournalHead;
  readonly files: number;
  /** Octets of all files. */
  readonly size: number;
}

/** A file as it was at the moment of the snapshot. */
interface Source {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Held open where a writer would put another in its place. */
  readonly file?: StoredFile;
}

interface Snapshot {
  readonly takenAt: Date;
  readonly head: JournalHead;
  readonly sources: readonly Source[];
}

/** Files that are replaced, not appended to. */
const REPLACED = ['ca.json', 'ca.crt', 'chain.pem', 'ca.key', 'crl.pem', 'journal/HEAD'] as const;
const OPTIONAL: ReadonlySet<string> = new Set(['ca.key', 'crl.pem']);

const WHAT = 'a file of the CA';

/** Pieces after which signals are heard. */
const BREATH = 64;

/**
 * Writes a backup, mode 0600. The lock is held only while sizes are noted and small files are
 * opened: what the journal and the packs hold up to there never changes.
 *
 * @throws MtlsError STORE_CORRUPT for a CA whose journal does not verify, STORE_LOCKED,
 *   FILE_EXISTS, WRITE_FAILED
 */
export async function takeBackup(store: CaStore, options: BackupOptions): Promise<TakenBackup> {
  refuseDamaged(store);
  const { clock, lock } = options;
  const { takenAt, head, sources } = await withLock(store.paths.lock, clock, lock, () =>
    Promise.resolve(snapshot(store, clock())),
  );
  try {
    await streamFileAtomic(options.path, 0o600, options.force, async (write) => {
      const packer = packInto(options.passphrase, write);
      const manifest = encodeManifest({
        ca: store.name,
        takenAt: takenAt.toISOString(),
        head,
        files: sources.map(({ name, size }) => ({ name, size })),
      });
      const length = Buffer.alloc(4);
      length.writeUInt32BE(manifest.length);
      packer.add(length);
      packer.add(manifest);
      for (const source of sources) await copy(source, packer, lock.signal);
      packer.end();
    });
  } finally {
    for (const { file } of sources) file?.close();
  }
  return {
    takenAt,
    head,
    files: sources.length,
    size: sources.reduce((sum, { size }) => sum + size, 0),
  };
}

/** A backup that can not be restored is found out on the worst of days. */
function refuseDamaged(store: CaStore): void {
  // Says first where the key's file is open to others
  store.keyState();
  const [fault] = store.verifyJournal().faults;
  if (fault === undefined) return;
  throw new MtlsError(
    'STORE_CORRUPT',
    `the records of CA ${quoteForeign(store.name)} do not verify: ${fault.message}`,
    {
      hint: 'restore the backup before this one; to keep what there is, copy the folder as it lies',
      data: { path: store.paths.folder, fault: fault.code },
    },
  );
}

function snapshot(store: CaStore, takenAt: Date): Snapshot {
  const { paths, certificate } = store;
  const { end } = openJournal(paths, headCheck(paths, certificate));
  const sources: Source[] = [];
  try {
    for (const name of REPLACED) {
      const path = backupPath(paths, name) as string;
      const opened = openNow(path, OPTIONAL.has(name));
      if (opened !== undefined) sources.push({ name, path, ...opened });
    }
    for (let segment = 1; segment <= end.segment; segment++) {
      const [journal, pack] = [segmentName(segment), packName(segment)];
      const journalPath = backupPath(paths, journal) as string;
      const packPath = backupPath(paths, pack) as string;
      // What stands behind the last commit of the last segment was never acknowledged
      const size = segment === end.segment ? end.length : sizeOf(journalPath);
      sources.push({ name: journal, path: journalPath, size });
      sources.push({ name: pack, path: packPath, size: sizeOf(packPath) });
    }
  } catch (error) {
    for (const { file } of sources) file?.close();
    throw error;
  }
  return { takenAt, head: headOf(end), sources };
}

function openNow(
  path: string,
  optional: boolean,
): { readonly file: StoredFile; readonly size: number } | undefined {
  try {
    if (optional && statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  } catch (error) {
    throw storeReadFailure(error, path, WHAT);
  }
  const file = openPlain(path, WHAT);
  return { file, size: file.size };
}

function sizeOf(path: string): number {
  const size = storedSize(path, WHAT);
  if (size === undefined)
    throw new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} is missing`, {
      hint: 'see what else is wrong with "mtls ca audit", and restore the backup before this one',
      data: { path },
    });
  return size;
}

async function copy(source: Source, packer: Packer, signal?: AbortSignal): Promise<void> {
  const { path, size } = source;
  const file = source.file ?? openStored(path, WHAT);
  const buffer = new Uint8Array(PIECE);
  try {
    for (let at = 0, turn = 1; at < size; turn++) {
      const count = file.read(buffer, 0, Math.min(PIECE, size - at), at);
      if (count === 0)
        throw new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} became shorter meanwhile`, {
          hint: 'run it again when nothing else touches the folder',
          data: { path },
        });
      packer.add(buffer.subarray(0, count));
      at += count;
      if (turn % BREATH === 0) await pause();
      signal?.throwIfAborted();
    }
  } finally {
    buffer.fill(0);
    if (source.file === undefined) file.close();
  }
}
