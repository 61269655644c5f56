// What SPIRE is handed, told by what it holds.
import type { Document } from '../document.ts';
import { setsOf, type MeshFinding } from './mesh-set.ts';
import { holdsKey, upstreamFindings } from './spire-upstream.ts';

/** Findings of each set, and the places of the sets; none where nothing holds a key. */
export function checkSpire(
  documents: readonly Document[],
  at: Date,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(({ files }) => [...files.values()].some(holdsKey));
  return {
    places: sets.map(({ place }) => place),
    findings: sets.flatMap((set) => upstreamFindings(set, at)),
  };
}
