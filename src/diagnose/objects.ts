// A diagnosis object by object: what each Secret, ConfigMap, ClusterTrustBundle and
// CertificateSigningRequest of a manifest holds, and what is wrong with it.
import type { ManifestObject } from '../codec/manifest-entries.ts';
import type { Diagnosis } from './doctor.ts';
import type { Document } from './document.ts';
import { bySeverity, type Finding, type Severity } from './finding.ts';
import type { CertificateNode, KeyNode } from './pile.ts';

export interface ObjectReport {
  readonly object: ManifestObject;
  /** `Secret prod/api-tls` */
  readonly title: string;
  /** The file it stands in, as given. */
  readonly source: string;
  /** Its values, in their order. */
  readonly documents: readonly Document[];
  /** About it, or about something that it suffers from; the worst first. */
  readonly findings: readonly Finding[];
  /** Of the worst of them; `good` where none is worth a warning, `none` where it holds nothing. */
  readonly health: Severity | 'good' | 'none';
  readonly leaves: readonly CertificateNode[];
  readonly issuers: readonly CertificateNode[];
  readonly keys: readonly KeyNode[];
}

/** The objects of a diagnosis, in the order of the manifests. */
export function objectReports({ pile, findings }: Diagnosis): readonly ObjectReport[] {
  const byObject = new Map<ManifestObject, Document[]>();
  for (const document of pile.documents) {
    if (!document.object) continue;
    const known = byObject.get(document.object);
    if (known) known.push(document);
    else byObject.set(document.object, [document]);
  }
  const bySubject = new Map<string, Set<Finding>>();
  for (const finding of findings)
    for (const { subject } of [finding, ...finding.consequences]) {
      const known = bySubject.get(subject);
      if (known) known.add(finding);
      else bySubject.set(subject, new Set([finding]));
    }
  return [...byObject].map(([object, documents]): ObjectReport => {
    const subjects = new Set(documents.flatMap(({ place }) => [place, objectPlace(place)]));
    const own = [
      ...new Set([...subjects].flatMap((subject) => [...(bySubject.get(subject) ?? [])])),
    ];
    const held = [...new Set(documents.flatMap((document) => pile.certificatesIn(document)))];
    const [worst] = own.sort(bySeverity);
    const empty = documents.every(({ parts, stores = [] }) => parts.length + stores.length === 0);
    return {
      object,
      title: [object.kind, [object.namespace, object.name].filter(Boolean).join('/')]
        .join(' ')
        .trim(),
      source: documents[0]?.source ?? '',
      documents,
      findings: own,
      health: worst && worst.severity !== 'info' ? worst.severity : empty ? 'none' : 'good',
      leaves: held.filter(({ isIssuer }) => !isIssuer),
      issuers: held.filter(({ isIssuer }) => isIssuer),
      keys: documents.flatMap((document) => pile.keysIn(document)),
    };
  });
}

/** The place of the object that a value stands in. */
function objectPlace(place: string): string {
  return place.replace(/: [^:]*$/, '');
}
