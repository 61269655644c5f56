// What may be on a disk after the power was lost: a choice of the extremes and of each change alone,
// since all combinations are too many, and a few drawn ones.
import { createHash } from 'node:crypto';
import { digestOf } from './trace.ts';
import {
  ALL_KEPT,
  type Disk,
  type Fate,
  type FileNode,
  type Image,
  type NameChange,
  type Survival,
} from './disk.ts';

const FATES: readonly Fate[] = ['kept', 'lost', 'zeros', 'half'];

/** Drawn combinations at each moment. */
const DRAWN = 4;

/** Ways in which a disk may come back, without doubles. */
export function* survivals(disk: Disk, random: () => number): Generator<Survival> {
  const { names, files } = disk.unsynced();
  const always = (fate: Fate) => () => fate;
  const none = (): boolean => false;
  yield ALL_KEPT;
  for (const fate of FATES) {
    if (files.length === 0 && fate !== 'kept') continue;
    if (fate !== 'kept') yield { name: () => true, content: always(fate) };
    if (names.length > 0) yield { name: none, content: always(fate) };
  }
  for (const one of names)
    for (const fate of files.length === 0
      ? (['kept'] as const)
      : (['kept', 'lost', 'zeros'] as const)) {
      yield { name: (change: NameChange) => change !== one, content: always(fate) };
      yield { name: (change: NameChange) => change === one, content: always(fate) };
    }
  for (const one of files)
    for (const fate of FATES.slice(1)) {
      yield { name: () => true, content: (file: FileNode) => (file === one ? fate : 'kept') };
      yield { name: () => true, content: (file: FileNode) => (file === one ? 'kept' : fate) };
    }
  if (names.length + files.length > 2)
    for (let i = 0; i < DRAWN; i++) {
      const kept = new Set(names.filter(() => random() < 0.5));
      const fates = new Map(files.map((file) => [file, FATES[Math.floor(random() * 4)] ?? 'lost']));
      yield {
        name: (change: NameChange) => kept.has(change),
        content: (file: FileNode) => fates.get(file) ?? 'lost',
      };
    }
}

/** The same for the same names, modes and content. */
export function imageDigest(image: Image): string {
  const hash = createHash('sha256');
  for (const path of [...image.keys()].sort()) {
    const entry = image.get(path);
    hash.update(
      `${path}\0${entry?.mode ?? 0}\0${entry?.bytes ? contentDigest(entry.bytes) : ''}\0`,
    );
  }
  return hash.digest('base64url');
}

const digests = new WeakMap<Uint8Array, string>();

function contentDigest(bytes: Uint8Array): string {
  const known = digests.get(bytes) ?? digestOf(bytes);
  digests.set(bytes, known);
  return known;
}
