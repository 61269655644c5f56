// What SPIRE makes of the files of its disk plugin: the rules of UpstreamAuthority "disk".
import { bytesEqual } from '../../base/bytes.ts';
import { quoteForeign } from '../../base/text.ts';
import { sameKey } from '../../match/match.ts';
import { distinct } from '../../verify/asked.ts';
import { sameName } from '../../verify/names.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import {
  certificatesOf,
  found,
  keyOf,
  setsOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

/** SPIRE’s own CA ends with the one above it. */
const WARN_DAYS = 60;

/** Findings of each set, and the places of the sets; none where nothing holds a key. */
export function checkSpire(
  documents: readonly Document[],
  at: Date,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(({ files }) => [...files.values()].some(holdsKey));
  return {
    places: sets.map(({ place }) => place),
    findings: sets.flatMap((set) => setFindings(set, at)),
  };
}

function holdsKey({ parts }: Document): boolean {
  return parts.some(({ kind }) => kind === 'key');
}

/** Its settings name the files as they please: they are told by what they hold. */
function setFindings({ files, place }: MeshSet, at: Date): readonly MeshFinding[] {
  const documents = [...files.values()];
  const key = documents.find(holdsKey) as Document;
  const held = documents.filter((document) => certificatesOf(document).length > 0);
  const certificate = held.find((one) => isOf(one, key)) ?? held.find(startsBelow) ?? held[0];
  if (!certificate)
    return [
      found('MESH_FILE_MISSING', place, 'there is a key and no certificate', {
        mend: 'write the files anew',
        commands: [['mtls', 'mesh', 'spire', 'upstream']],
      }),
    ];
  const bundles = held.filter((one) => one !== certificate);
  const chain = certificatesOf(certificate);
  if (bundles.length === 0 && !(chain.length === 1 && chain.every(isSelfSigned)))
    return [
      found(
        'MESH_FILE_MISSING',
        place,
        'there is no bundle: without bundle_file_path SPIRE takes one self-signed certificate and nothing else',
        { mend: 'write the root into a file of its own, and name it as bundle_file_path' },
      ),
    ];
  const roots = distinct(bundles.length > 0 ? bundles.flatMap(certificatesOf) : chain);
  const signing = signingCaFindings({
    certificate,
    key,
    roots,
    through: chain.slice(1),
    rootsPlace: bundles[0]?.place ?? certificate.place,
    at,
    warnDays: WARN_DAYS,
  });
  const broken = signing.some(({ severity }) => severity === 'error');
  return [...signing, ...(broken ? [] : roomFindings(chain, roots, certificate.place))];
}

function isOf(document: Document, key: Document): boolean {
  const opened = keyOf(key);
  const [first] = certificatesOf(document);
  return first !== undefined && !('cause' in opened) && sameKey(opened.publicKey, first.publicKey);
}

function startsBelow(document: Document): boolean {
  const [first] = certificatesOf(document);
  return first !== undefined && !isSelfSigned(first);
}

/** SPIRE makes a CA below: each above needs room for one more than there is. */
function roomFindings(
  chain: readonly Certificate[],
  roots: readonly Certificate[],
  place: string,
): readonly MeshFinding[] {
  const above = chain.filter((one) => !roots.some(({ der }) => bytesEqual(der, one.der)));
  const last = above.at(-1);
  return [
    ...above.map((one, index) => [one, index + 1] as const),
    ...roots
      .filter(({ subjectDer }) => !last || sameName(subjectDer, last.issuerDer))
      .map((one) => [one, above.length + 1] as const),
  ].flatMap(([one, below]): MeshFinding[] => {
    const allowed = one.basicConstraints?.pathLength;
    if (allowed === undefined || allowed >= below) return [];
    return [
      found(
        'PATH_LENGTH_EXCEEDED',
        place,
        `${quoteForeign(certificateTitle(one))} allows ${allowed} CAs below it, and with SPIRE’s own there are ${below}: every SVID is refused`,
        {
          clause: 'RFC 5280 §4.2.1.9',
          mend: 'make the CA anew with room: mtls mesh spire upstream, or a greater --path-len',
        },
      ),
    ];
  });
}
