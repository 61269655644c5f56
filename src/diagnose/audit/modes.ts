// Who may read and write a CA's folder, and what lies in it that does not belong there.
import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import {
  indexedSegment,
  isCompacting,
  packNumber,
  segmentNumber,
  type CaPaths,
} from '../../store/layout.ts';
import { errnoOf } from '../../store/fs-error.ts';
import { storeReadFailure } from '../../store/store-fault.ts';
import type { Findings, Scene } from './scene.ts';

/** Folders and what is private are their owner's alone; certificates and CRLs anybody may read. */
const PRIVATE = 0o077;
const PUBLIC = 0o022;

interface Entry {
  readonly path: string;
  /** Bits that it may not have. */
  readonly barred: number;
}

/** Checks modes and owners, and names strange files. */
export function checkModes(scene: Scene, findings: Findings): void {
  const { home, paths, uid } = scene;
  tellStrange(paths, findings);
  if (uid === undefined) return;
  const owner = statOf(paths.folder)?.uid;
  if (owner !== undefined && uid !== 0 && owner !== uid)
    findings.add({
      code: 'FILE_OWNER',
      path: paths.folder,
      cause: `it belongs to user ${owner}, and you are ${uid}`,
    });
  const above = [
    { path: home.root, barred: PUBLIC },
    { path: home.cas, barred: PUBLIC },
  ];
  for (const entry of [...above, ...entriesOf(paths)]) {
    const stats = statOf(entry.path);
    if (stats === undefined) continue;
    checkMode(entry, stats, findings);
    if (owner !== undefined && stats.uid !== owner)
      findings.add({
        code: 'FILE_OWNER',
        path: entry.path,
        cause: `it belongs to user ${stats.uid}, and the CA’s folder to ${owner}`,
      });
  }
}

function checkMode({ path, barred }: Entry, stats: Stats, findings: Findings): void {
  const lax = stats.mode & barred;
  if (lax === 0) return;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  const written = (lax & PUBLIC) !== 0;
  findings.add({
    code: 'FILE_MODE',
    severity: written ? 'error' : 'warning',
    path,
    cause: `others may ${written ? 'change' : 'read'} it`,
    evidence: [{ source: path, field: 'mode', value: mode }],
    commands: [['chmod', barred === PRIVATE ? 'go-rwx' : 'go-w', path]],
  });
}

/** The key is not among them: whoever opens it looks at its mode. */
function entriesOf(paths: CaPaths): readonly Entry[] {
  const inside = (folder: string): Entry[] =>
    namesIn(folder).map((name) => ({ path: join(folder, name), barred: PRIVATE }));
  return [
    { path: paths.folder, barred: PRIVATE },
    { path: paths.info, barred: PRIVATE },
    { path: paths.certificate, barred: PUBLIC },
    { path: paths.chain, barred: PUBLIC },
    { path: paths.crl, barred: PUBLIC },
    { path: paths.journal, barred: PRIVATE },
    ...inside(paths.journal),
    { path: paths.index, barred: PRIVATE },
    ...inside(paths.index),
    { path: paths.certs, barred: PRIVATE },
    ...namesIn(paths.certs).map((name) => ({ path: join(paths.certs, name), barred: PUBLIC })),
  ];
}

function tellStrange(paths: CaPaths, findings: Findings): void {
  const known = new Set(
    [
      paths.info,
      paths.certificate,
      paths.chain,
      paths.key,
      paths.crl,
      paths.lock,
      paths.journal,
      paths.certs,
      paths.index,
    ].map((path) => basename(path)),
  );
  const lock = `${basename(paths.lock)}.`;
  const strange = (folder: string, isKnown: (name: string) => boolean): void => {
    for (const name of namesIn(folder))
      if (!isKnown(name))
        findings.add({
          code: 'FILE_STRANGE',
          severity: 'info',
          path: join(folder, name),
          cause: 'it is no file of the store',
        });
  };
  strange(paths.folder, (name) => known.has(name) || name.startsWith(lock));
  const head = basename(paths.head);
  const inJournal = new Set([head, `${head}.tmp`, basename(paths.aside)]);
  strange(
    paths.journal,
    (name) => inJournal.has(name) || segmentNumber(name) !== undefined || isCompacting(name),
  );
  strange(paths.index, (name) => indexedSegment(name) !== undefined);
  strange(paths.certs, (name) => packNumber(name) !== undefined || isCompacting(name));
}

/** What is missing is told by whoever needs it. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw storeReadFailure(error, folder, 'the folder');
  }
}

/** Of what a link leads to; the link itself has no mode. Files of a writer come and go. */
function statOf(path: string): Stats | undefined {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    return entry?.isSymbolicLink() === true ? statSync(path, { throwIfNoEntry: false }) : entry;
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return undefined;
    throw storeReadFailure(error, path, 'the file');
  }
}
