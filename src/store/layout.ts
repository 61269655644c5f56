// The only place that knows where things lie in a home; docs/store-format.md shows the whole tree.
import { basename, join } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/** Version of the format in which homes, CAs and journals are written. */
export const STORE_VERSION = 1;

/** The name of a project's home, looked for from the current folder upwards. */
export const PROJECT_HOME = '.mtls';

/** Paths of a home. */
export interface HomePaths {
  readonly root: string;
  /** Decimal STORE_VERSION and a newline. */
  readonly version: string;
  /** Defaults of a project: ttl, key type, profile. */
  readonly config: string;
  /** The folder of all CAs. */
  readonly cas: string;
  /** Held while a CA is added or taken away. */
  readonly lock: string;
  /** `*`, so that a project's keys stay out of its repository. */
  readonly gitignore: string;
}

/** Paths of one CA. */
export interface CaPaths {
  readonly folder: string;
  readonly info: string;
  /** The CA's own certificate. */
  readonly certificate: string;
  /** The CA's certificate, then its issuers up to the root. */
  readonly chain: string;
  readonly key: string;
  readonly crl: string;
  readonly lock: string;
  readonly journal: string;
  /** The marker of the last commit. */
  readonly head: string;
  /** Bytes of torn writes, kept for whoever wants to know. */
  readonly aside: string;
  readonly certs: string;
  readonly index: string;
}

declare const caName: unique symbol;

/** A name fit for a CA's folder. */
export type CaName = string & { readonly [caName]: true };

const CA_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
// Windows opens devices under these names, with any ending.
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Whether a text may name a CA: letters, digits, `.`, `_`, `-`; at most 64; no leading dot or dash. */
export function caNameOk(text: string): text is CaName {
  return CA_NAME.test(text) && !text.endsWith('.') && !DEVICE.test(text);
}

/** Parses a CA's name, or throws BAD_NAME. */
export function parseCaName(text: string): CaName {
  if (caNameOk(text)) return text;
  throw new MtlsError('BAD_NAME', `${quoteForeign(text)} can not name a CA`, {
    hint: 'use letters, digits, ".", "_" and "-", at most 64, the first a letter, a digit or "_"',
    data: { name: text },
  });
}

/** Paths of the home in a folder. */
export function homePaths(root: string): HomePaths {
  const cas = join(root, 'ca');
  return {
    root,
    version: join(root, 'version'),
    config: join(root, 'config.yaml'),
    cas,
    lock: join(cas, '.lock'),
    gitignore: join(root, '.gitignore'),
  };
}

/** Whether a home belongs to a project, so that it hides itself from git. */
export function isProjectHome(home: HomePaths): boolean {
  return basename(home.root) === PROJECT_HOME;
}

/** Paths of a CA in a home. */
export function caPaths(home: HomePaths, name: CaName): CaPaths {
  return caPathsIn(join(home.cas, name));
}

/** Paths of a CA in the folder given, wherever it lies. */
export function caPathsIn(folder: string): CaPaths {
  const journal = join(folder, 'journal');
  return {
    folder,
    info: join(folder, 'ca.json'),
    certificate: join(folder, 'ca.crt'),
    chain: join(folder, 'chain.pem'),
    key: join(folder, 'ca.key'),
    crl: join(folder, 'crl.pem'),
    lock: join(folder, 'lock'),
    journal,
    head: join(journal, 'HEAD'),
    aside: join(journal, 'aside'),
    certs: join(folder, 'certs'),
    index: join(folder, 'index'),
  };
}

/** The folder in which a CA is built before it gets its name. */
export function stagingFolder(home: HomePaths, name: CaName, token: string): string {
  return join(home.cas, `.new-${name}-${token}`);
}

/** Whether an entry beside the CAs is one that was being built. */
export function isStagingName(entry: string): boolean {
  return entry.startsWith('.new-');
}

function numbered(segment: number): string {
  return String(segment).padStart(8, '0');
}

/** A journal segment; the first is number 1. */
export function segmentPath(paths: CaPaths, segment: number): string {
  return join(paths.journal, `${numbered(segment)}.jsonl`);
}

/** The number of the segment in a file of this name, compacted or not; undefined for other files. */
export function segmentNumber(entry: string): number | undefined {
  return /^[0-9]{8,}\.jsonl(?:\.gz)?$/.test(entry) ? Number.parseInt(entry, 10) : undefined;
}

/** A pack of certificates; the first is number 1. */
export function packPath(paths: CaPaths, segment: number): string {
  return join(paths.certs, `${numbered(segment)}.pack`);
}

/** The number of the pack in a file of this name, compacted or not; undefined for other files. */
export function packNumber(entry: string): number | undefined {
  return /^[0-9]{8,}\.pack(?:\.gz)?$/.test(entry) ? Number.parseInt(entry, 10) : undefined;
}

/** What takes the place of a closed segment or of its pack once that is compacted. */
export function compactedPath(path: string): string {
  return `${path}.gz`;
}

/** What a file becomes compacted under. */
export function compactingPath(path: string): string {
  return `${compactedPath(path)}.tmp`;
}

/** Whether a file of this name was to become a compacted one. */
export function isCompacting(entry: string): boolean {
  return /^[0-9]{8,}\.(?:jsonl|pack)\.gz\.tmp$/.test(entry);
}

/** The index of a closed segment: derived from it. */
export function indexPath(paths: CaPaths, segment: number): string {
  return join(paths.index, `${numbered(segment)}.idx`);
}

/** The segment whose index a file of this name is, or was to become; undefined for other files. */
export function indexedSegment(entry: string): number | undefined {
  return /^[0-9]{8,}\.idx(?:\.tmp)?$/.test(entry) ? Number.parseInt(entry, 10) : undefined;
}

/** Where a torn tail of a segment is kept: named by segment, offset and content. */
export function asidePath(paths: CaPaths, segment: number, offset: number, mark: string): string {
  return join(paths.aside, `${numbered(segment)}-${offset}-${mark}`);
}
