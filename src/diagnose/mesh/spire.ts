// What SPIRE and its workloads are handed, told by what it holds: the files of the disk plugin, an
// X509-SVID, a trust bundle.
import { formatOrigin } from '../../codec/origin.ts';
import type { Document } from '../document.ts';
import { certificatesOf, setsOf, type MeshFinding, type MeshSet } from './mesh-set.ts';
import { bundleFindings } from './spire-bundle.ts';
import { spiffeIdOf, spiffeUrisOf } from './spire-domains.ts';
import { svidFindings } from './spire-svid.ts';
import { certificateOf, holdsKey, upstreamFindings } from './spire-upstream.ts';

export interface SpireRequest {
  readonly at: Date;
  /** The trust domain that is meant; as the certificates say where absent. */
  readonly trustDomain?: string | undefined;
  /** What a key with certificates is; told by the certificate where absent. */
  readonly as?: 'upstream' | 'svid' | undefined;
}

/** Findings of each set and bundle, and their places; none where there is neither. */
export function checkSpire(
  documents: readonly Document[],
  { at, trustDomain, as }: SpireRequest,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(({ files }) => [...files.values()].some(holdsKey));
  const bundles = documents.flatMap(({ jwks }) => jwks ?? []);
  const alone = documents.filter(
    ({ jwks, container }) => jwks !== undefined || !sets.some(({ place }) => place === container),
  );
  return {
    places: [
      ...sets.map(({ place }) => place),
      ...bundles.map(({ origin }) => formatOrigin(origin)),
    ],
    findings: [
      ...sets.flatMap((set) =>
        (as ?? kindOf(set)) === 'svid'
          ? svidFindings(set, { bundles: alone, trustDomain, at })
          : upstreamFindings(set, at),
      ),
      ...bundles.flatMap((bundle) => bundleFindings(bundle, trustDomain, at)),
    ],
  };
}

/** A certificate with a SPIFFE ID, unless it is a CA that is named as CAs are. */
function kindOf({ files }: MeshSet): 'upstream' | 'svid' {
  const documents = [...files.values()].filter(({ jwks }) => !jwks);
  const { certificate } = certificateOf(documents, documents.find(holdsKey) as Document);
  const [first] = certificatesOf(certificate);
  if (!first || spiffeUrisOf(first).length === 0) return 'upstream';
  const named = (spiffeIdOf(first)?.path ?? '') !== '';
  return first.basicConstraints?.ca === true && !named ? 'upstream' : 'svid';
}
