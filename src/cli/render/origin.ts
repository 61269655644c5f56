// Where something was found, no longer than it takes to find it again.
import { formatOrigin, type Origin } from '../../codec/origin.ts';

/** Names origins: a block is counted only where its file, or its entry, holds several. */
export function originNamer(origins: Iterable<Origin>): (origin: Origin) => string {
  const counts = new Map<string, number>();
  for (const origin of origins) {
    const key = placeOf(origin);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (origin) => {
    const { source, entry } = origin;
    return formatOrigin(counts.get(placeOf(origin)) === 1 ? { source, entry } : origin);
  };
}

function placeOf({ source, entry }: Origin): string {
  return JSON.stringify([source, entry]);
}
