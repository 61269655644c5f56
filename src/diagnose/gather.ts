// From the paths that an operator points at to documents: nothing stops at the first bad file.
import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { detectKind } from '../codec/detect.ts';
import type { ManifestResource } from '../codec/manifest-entries.ts';
import { formatOrigin, type Origin } from '../codec/origin.ts';
import type { PassphraseSource } from '../codec/pkcs8.ts';
import type { Document, Resource } from './document.ts';
import { readContent } from './read-document.ts';
import { notRecognized } from '../codec/unrecognized.ts';
import { readFailure } from '../store/fs-error.ts';
import { readBoundedFile } from '../store/read.ts';

/** Twice the PEM of a CRL with a million entries. */
const MAX_BYTES = 128 * 1024 * 1024;
/** More files are no pile of certificates; the folder above was meant to be another. */
const MAX_FILES = 100_000;
const MAX_DEPTH = 16;

/** Folders of other tools, with thousands of files that are none of ours. */
const FOREIGN_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '__pycache__']);

/** How documents are read. */
interface Reading {
  readonly passphrase?: PassphraseSource | undefined;
  readonly seen?: ((resource: Resource) => void) | undefined;
}

/**
 * Reads files, and folders with what is below them. What cannot be read becomes a document with its
 * trouble; files that hold nothing of the kind are left out of folders.
 *
 * @param seen is told each object of the manifests, of whatever kind
 * @throws MtlsError FILE_NOT_FOUND … for a path that was named and cannot be reached, FILE_TOO_LARGE
 *   for too many files
 */
export async function gather(
  paths: readonly string[],
  passphrase?: PassphraseSource,
  seen?: (resource: Resource) => void,
): Promise<readonly Document[]> {
  const documents: Document[] = [];
  const reading = { passphrase, seen };
  for (const path of paths) {
    const stats = statOf(path);
    if (stats.isDirectory()) {
      const closed: MtlsError[] = [];
      const files = filesBelow(path, closed);
      for (const file of files) documents.push(...(await readFound(file, reading)));
      for (const error of closed) documents.push(troubled(pathOf(error, path), error));
      if (files.length + closed.length === 0) documents.push(troubled(path, emptyFolder(path)));
    } else documents.push(...(await readFile(path, stats, reading)));
  }
  return documents;
}

/** What came on standard input, as documents. */
export function gatherBytes(
  bytes: Uint8Array,
  name: string,
  passphrase?: PassphraseSource,
  seen?: (resource: Resource) => void,
): Promise<readonly Document[]> {
  return documentsOf(bytes, { source: name }, undefined, { passphrase, seen });
}

/** Docker makes a folder where the file that is to be mounted is missing. */
function emptyFolder(path: string): MtlsError {
  return new MtlsError('FILE_IS_FOLDER', 'an empty folder lies where certificates belong', {
    hint: 'put the file in its place; Docker makes such a folder where a file to mount is missing',
    data: { path },
  });
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw readFailure(error, path);
  }
}

/** Errors of a file in a folder that simply is something else. */
const SOMETHING_ELSE: ReadonlySet<string> = new Set([
  'NOT_RECOGNIZED',
  'NOTHING_FOUND',
  'FILE_TOO_LARGE',
  'FILE_EMPTY',
  'DER_MALFORMED',
]);

async function readFound(path: string, reading: Reading): Promise<readonly Document[]> {
  try {
    const found = await readFile(path, statOf(path), reading);
    // Source code and the like hold nothing, and are nobody's trouble
    return found.filter(
      ({ parts, troubles, skipped, jwks }) =>
        parts.length + skipped.length > 0 ||
        jwks !== undefined ||
        troubles.some(({ code }) => !SOMETHING_ELSE.has(code) || isMissed(code, path)),
    );
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return isMissed(error.code, path) ? [troubled(path, error)] : [];
  }
}

/** A file whose name promises a certificate or a key is missed when it cannot be read. */
function isMissed(code: ErrorCode, path: string): boolean {
  if (/\.(?:crt|cer|cert|pem|der|crl|csr|p12|pfx)$/i.test(path)) return true;
  // Keys are of many kinds, and presentations end so too
  return code !== 'NOT_RECOGNIZED' && /\.key$/i.test(path);
}

async function readFile(
  path: string,
  stats: Stats,
  reading: Reading,
): Promise<readonly Document[]> {
  let bytes: Uint8Array;
  try {
    bytes = readBoundedFile(path, { max: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return [troubled(path, error, stats)];
  }
  return documentsOf(bytes, { source: path }, stats, reading);
}

function troubled(path: string, error: MtlsError, stats?: Stats): Document {
  return {
    ...placed({ source: path }, basename(path), dirname(path)),
    ...(stats && { file: factsOf(stats) }),
    parts: [],
    skipped: [],
    troubles: [error],
    flaws: [],
    binary: false,
    encodedTwice: false,
  };
}

async function documentsOf(
  bytes: Uint8Array,
  origin: Origin & { readonly source: string },
  stats: Stats | undefined,
  { passphrase, seen }: Reading,
): Promise<readonly Document[]> {
  const file = stats?.isFile() === true ? factsOf(stats) : undefined;
  const { source } = origin;
  const kind = detectKind(bytes);
  if (kind !== 'yaml' && kind !== 'json') {
    const content = readContent(bytes, origin, passphrase);
    const { parts, skipped, troubles, jwks } = content;
    const place = placed(origin, basename(source), dirname(source));
    if (parts.length + skipped.length + troubles.length > 0 || jwks || source === '-')
      return [{ ...place, file, ...content }];
    return [{ ...place, file, ...content, troubles: [notRecognized(bytes, origin)] }];
  }
  const { manifestEntries } = await import('../codec/manifest-entries.ts');
  try {
    const resource =
      seen &&
      ((one: ManifestResource) => {
        seen({ ...one, source, place: `${source}, ${one.title}` });
      });
    return manifestEntries(bytes, origin, resource).map(({ origin: place, object, key, value }) => {
      const title = place.entry?.replace(/: [^:]*$/, '') ?? '';
      const named = placed(place, key ?? title, `${source}, ${containerOf(title, object)}`);
      return value instanceof MtlsError
        ? { ...named, file, object, ...NOTHING, troubles: [value] }
        : { ...named, file, object, ...readContent(value, place, passphrase) };
    });
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    const place = placed(origin, basename(source), dirname(source));
    // Charts and templates are no YAML, and most of them have nothing to do with certificates
    const ours =
      file === undefined ||
      /tls\.(?:crt|key)|ca\.crt|-----BEGIN |LS0tLS1CRUdJTi/.test(latin1(bytes));
    return ours ? [{ ...place, file, ...NOTHING, troubles: [error] }] : [];
  }
}

const NOTHING = {
  parts: [],
  skipped: [],
  troubles: [],
  flaws: [],
  binary: false,
  encodedTwice: false,
} as const;

/** PEM in a document of another kind: what has one parent there belongs together. */
function containerOf(title: string, object: Document['object']): string {
  return object ? title : title.replace(/\.[^.]*$/, '');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function placed(
  origin: Origin & { readonly source?: string | undefined },
  name: string,
  container: string,
): Pick<Document, 'source' | 'place' | 'name' | 'container'> {
  const { source, entry } = origin;
  return { source: source ?? '', place: formatOrigin({ source, entry }), name, container };
}

function factsOf({ mode, mtimeMs }: Stats): NonNullable<Document['file']> {
  return { mode: mode & 0o777, modified: mtimeMs };
}

function pathOf({ data }: MtlsError, otherwise: string): string {
  return typeof data['path'] === 'string' ? data['path'] : otherwise;
}

/** Files below a folder by name, without hidden ones; links to files are followed, to folders not. */
function filesBelow(folder: string, closed: MtlsError[]): readonly string[] {
  const found: string[] = [];
  const look = (at: string, depth: number): void => {
    for (const entry of namesIn(at, depth > 0 ? closed : undefined)) {
      if (entry.startsWith('.') || FOREIGN_FOLDERS.has(entry)) continue;
      // As given: `./certs` stays `./certs`
      const path = at.endsWith('/') ? `${at}${entry}` : `${at}/${entry}`;
      const kind = kindOf(path);
      if (
        kind === 'folder' &&
        /\.(?:crt|cer|cert|pem|key|crl|p12)$/i.test(path) &&
        namesIn(path, closed).length === 0
      )
        found.push(path);
      else if (kind === 'folder' && depth < MAX_DEPTH) look(path, depth + 1);
      else if (kind === 'file') found.push(path);
      if (found.length > MAX_FILES)
        throw new MtlsError(
          'FILE_TOO_LARGE',
          `over ${MAX_FILES} files in ${quoteForeign(folder)}`,
          {
            hint: 'name the folder of the certificates',
            data: { path: folder },
          },
        );
    }
  };
  look(folder, 0);
  return found;
}

/** @param closed takes those that cannot be looked into, where that is no reason to stop */
function namesIn(folder: string, closed: MtlsError[] | undefined): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const failure = readFailure(error, folder);
    if (!closed || failure.code === 'INTERNAL') throw failure;
    closed.push(failure);
    return [];
  }
}

// Kubernetes mounts files as links to links; a link to a folder may lead in a circle.
function kindOf(path: string): 'file' | 'folder' | 'other' {
  try {
    if (lstatSync(path).isDirectory()) return 'folder';
    return statSync(path).isFile() ? 'file' : 'other';
  } catch {
    // A dangling link is read, so that its trouble is told
    return 'file';
  }
}
