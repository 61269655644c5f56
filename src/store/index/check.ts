// Indexes held against the segments that they are of.
import { readdirSync } from 'node:fs';
import { bytesEqual } from '../../base/bytes.ts';
import { errnoOf } from '../fs-error.ts';
import { indexPath, indexedSegment, type CaPaths } from '../layout.ts';
import type { Marker } from '../marker.ts';
import { readBoundedFile } from '../read.ts';
import { storeReadFailure } from '../store-fault.ts';
import { decodeIndex, encodeIndex } from './index-file.ts';
import { MAX_INDEX, buildIndex } from './segment-index.ts';

/**
 * Paths of indexes that readers would believe, and that are not what their segments give. One that
 * is damaged, or of another segment, is made anew by whoever needs it and misleads nobody.
 *
 * @param end of a journal that is sound
 */
export function* misleadingIndexes(paths: CaPaths, end: Marker): Generator<string> {
  for (const name of namesIn(paths.index)) {
    const segment = indexedSegment(name);
    if (segment === undefined || segment >= end.segment) continue;
    const path = indexPath(paths, segment);
    const bytes = readBoundedFile(path, { max: MAX_INDEX });
    const found = decodeIndex(bytes);
    if (found === undefined) continue;
    const due = buildIndex(paths, segment, end);
    if (found.mark.hash === due.mark.hash && !bytesEqual(bytes, encodeIndex(due))) yield path;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw storeReadFailure(error, folder, 'the folder');
  }
}
