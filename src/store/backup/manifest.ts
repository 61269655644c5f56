// What a backup says of itself, inside of the seal: whose it is, when it was taken, which files.
import { fromUtf8, toUtf8 } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import type { JournalHead } from '../events.ts';
import { newerFormat } from '../home-create.ts';
import { caPathsIn, packPath, segmentPath, type CaPaths } from '../layout.ts';

/** A file of the CA's folder, named as in it. */
export interface BackupFile {
  readonly name: string;
  readonly size: number;
}

export interface BackupManifest {
  readonly schema: 'mtls.backup/1';
  /** The CA's name. */
  readonly ca: string;
  /** RFC 3339. */
  readonly takenAt: string;
  /** The last commit that it holds. */
  readonly head: JournalHead;
  readonly files: readonly BackupFile[];
}

const VERSION = 1;
const SCHEMA = `mtls.backup/${VERSION}` as const;

/** Room for some hundred thousand segments, each of 4 MiB. */
export const MAX_MANIFEST = 16 * 1024 * 1024;

const REQUIRED = ['ca.json', 'ca.crt', 'chain.pem', 'journal/HEAD'] as const;
const SINGLE: ReadonlySet<string> = new Set([...REQUIRED, 'ca.key', 'crl.pem']);
const NUMBERED = /^(journal|certs)\/([0-9]{8,9})\.(jsonl|pack)$/;

/** Where a file of a backup lies in a CA's folder; undefined for any name but those there are. */
export function backupPath(paths: CaPaths, name: string): string | undefined {
  switch (name) {
    case 'ca.json':
      return paths.info;
    case 'ca.crt':
      return paths.certificate;
    case 'chain.pem':
      return paths.chain;
    case 'ca.key':
      return paths.key;
    case 'crl.pem':
      return paths.crl;
    case 'journal/HEAD':
      return paths.head;
    default: {
      const found = NUMBERED.exec(name);
      if (found === null) return undefined;
      const number = Number(found[2]);
      if (name === segmentName(number)) return segmentPath(paths, number);
      return name === packName(number) ? packPath(paths, number) : undefined;
    }
  }
}

// A folder at no place: its paths are the names.
const NAMES = caPathsIn('');

/** A segment's name in a backup. */
export function segmentName(segment: number): string {
  return segmentPath(NAMES, segment).replaceAll('\\', '/');
}

/** A pack's name in a backup. */
export function packName(segment: number): string {
  return packPath(NAMES, segment).replaceAll('\\', '/');
}

/** The manifest as it is sealed. */
export function encodeManifest(manifest: Omit<BackupManifest, 'schema'>): Uint8Array {
  return toUtf8(JSON.stringify({ schema: SCHEMA, ...manifest }));
}

/** Reads a manifest. Throws BACKUP_MALFORMED, and STORE_VERSION for that of a newer program. */
export function parseManifest(bytes: Uint8Array, path: string): BackupManifest {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(fromUtf8(bytes) ?? '') as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw malformed('its list of files is not JSON', cause);
  }
  if (typeof value !== 'object' || (value as unknown) === null)
    throw malformed('its list of files is no object');
  const { schema, ca, takenAt, head, files } = value;
  const version =
    typeof schema === 'string' ? /^mtls\.backup\/([1-9][0-9]{0,8})$/.exec(schema) : null;
  if (version !== null && Number(version[1]) > VERSION) throw newerFormat(path, Number(version[1]));
  if (schema !== SCHEMA) throw malformed(`"schema" is not "${SCHEMA}"`);
  if (typeof ca !== 'string') throw malformed('"ca" is missing');
  if (typeof takenAt !== 'string' || Number.isNaN(Date.parse(takenAt)))
    throw malformed('"takenAt" is no time');
  if (!isHead(head)) throw malformed('"head" is no commit');
  return { schema: SCHEMA, ca, takenAt, head, files: readFiles(files) };
}

function readFiles(files: unknown): readonly BackupFile[] {
  if (!Array.isArray(files)) throw malformed('"files" is no list');
  const seen = new Set<string>();
  const read = files.map((file: unknown): BackupFile => {
    const { name, size } = (file ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string' || backupPath(NAMES, name) === undefined)
      throw malformed('it names a file that no CA has');
    if (seen.has(name)) throw malformed(`it holds ${name} twice`);
    seen.add(name);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw malformed(`the size of ${name} is no number`);
    return { name, size };
  });
  const missing = REQUIRED.find((name) => !seen.has(name));
  if (missing !== undefined) throw malformed(`it lacks ${missing}`);
  const numbers = [...seen].filter((name) => !SINGLE.has(name) && name.startsWith('journal/'));
  if (numbers.some((_, index) => !seen.has(segmentName(index + 1))))
    throw malformed('it lacks a segment of the journal');
  return read;
}

function isHead(value: unknown): value is JournalHead {
  const { commit, at, hash, records, totals } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { issued, revoked, crl } = (totals ?? {}) as Readonly<Record<string, unknown>>;
  return (
    [commit, records, issued, revoked].every(
      (count) => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0,
    ) &&
    [at, hash].every((text) => typeof text === 'string') &&
    typeof crl === 'string' &&
    /^[0-9]{1,49}$/.test(crl)
  );
}

/** The file is no backup, or none that is whole. */
export function malformed(what: string, cause?: unknown): MtlsError {
  return new MtlsError('BACKUP_MALFORMED', `malformed backup: ${what}`, {
    hint: 'take another copy of it, or the backup before it',
    cause,
  });
}
