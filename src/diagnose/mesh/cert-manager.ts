// What cert-manager makes of what it is handed: Secrets of CAs, issuers, Certificates, and the Secrets
// that those wrote.
import type { Document, Resource } from '../document.ts';
import { CERT_MANAGER_NAMESPACE } from '../../manifest/cert-manager.ts';
import { certificateAdvice } from './cert-manager/advice.ts';
import { caFindings } from './cert-manager/ca.ts';
import { CERTIFICATE, KEY } from './cert-manager/files.ts';
import { issuedFindings, writerOf } from './cert-manager/issued.ts';
import { mayBeSame } from './cert-manager/objects.ts';
import { certificateReferences, issuerReferences } from './cert-manager/references.ts';
import { refusals } from './cert-manager/refused.ts';
import { secretOf, setOf, streamOf, writtenBy, type Stream } from './cert-manager/stream.ts';
import { certificatesOf, setsOf, type MeshFinding, type MeshSet } from './mesh-set.ts';

export interface CertManagerCheck {
  readonly at: Date;
  /** Objects of cert-manager, and Secrets with their annotations. */
  readonly resources?: readonly Resource[];
  /** Where it looks for the Secrets of ClusterIssuers; cert-manager by default. */
  readonly resourceNamespace?: string | undefined;
}

/** Findings of each set and object, and their places; none where nothing is cert-manager's. */
export function checkCertManager(
  documents: readonly Document[],
  { at, resources = [], resourceNamespace = CERT_MANAGER_NAMESPACE }: CertManagerCheck,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(
    ({ object, files }) =>
      object?.kind !== 'ConfigMap' && (files.has(CERTIFICATE) || files.has(KEY)),
  );
  const stream = streamOf(resources, sets, resourceNamespace);
  const { certificates, issuers } = stream;
  const written = writtenSets(stream);
  const cas = caSets(stream, written);
  return {
    places: [
      ...new Set(
        [...cas, ...written.map(({ set }) => set), ...issuers, ...certificates].map(
          ({ place }) => place,
        ),
      ),
    ],
    findings: [
      ...cas.flatMap((set) => caFindings(set, at)),
      ...issuers.flatMap((issuer) =>
        objectFindings(issuer, () => issuerReferences(issuer, stream)),
      ),
      ...certificates.flatMap((certificate) =>
        objectFindings(certificate, () => [
          ...certificateReferences(certificate, stream),
          ...certificateAdvice(certificate, stream, at),
        ]),
      ),
      ...written.flatMap(({ set, secret, certificate }) =>
        issuedFindings(set, secret, certificate, at),
      ),
    ],
  };
}

/** What is refused is not looked at further. */
function objectFindings(resource: Resource, further: () => readonly MeshFinding[]) {
  const refused = refusals(resource);
  return refused.some(({ severity }) => severity === 'error')
    ? refused
    : [...refused, ...further()];
}

interface Written {
  readonly set: MeshSet;
  readonly secret: Resource;
  readonly certificate: Resource | undefined;
}

/** Secrets that a Certificate names, and those that say that one wrote them. */
function writtenSets(stream: Stream): readonly Written[] {
  const writers = new Map<Resource, Resource>();
  for (const certificate of stream.certificates) {
    const secret = writtenBy(certificate, stream);
    if (secret && !writers.has(secret)) writers.set(secret, certificate);
  }
  return stream.secrets.flatMap((secret): readonly Written[] => {
    const set = setOf(secret, stream);
    const writer = writerOf(secret);
    const certificate =
      writers.get(secret) ??
      stream.certificates.find(
        ({ name, namespace }) =>
          writer !== undefined && name === writer && mayBeSame(namespace, secret.namespace),
      );
    const ours = writer !== undefined || certificate !== undefined;
    return set && ours ? [{ set, secret, certificate }] : [];
  });
}

/** Those that an issuer names and whatever else may be one's; without either, what is left. */
function caSets(stream: Stream, written: readonly Written[]): readonly MeshSet[] {
  const { issuers } = stream;
  const sets = [...stream.sets.values()];
  const named = new Set(issuers.map((issuer) => setOf(secretOf(issuer, stream), stream)));
  // Among many Secrets those of workloads are none of an issuer's
  const cas = sets.filter(
    (set) =>
      named.has(set) ||
      certificatesOf(set.files.get(CERTIFICATE))[0]?.basicConstraints?.ca === true,
  );
  if (cas.length + written.length + stream.certificates.length + issuers.length > 0) return cas;
  return sets;
}
