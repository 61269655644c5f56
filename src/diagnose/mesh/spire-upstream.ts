// What SPIRE makes of the files of its disk plugin: what UpstreamAuthority "disk" loads, and whether
// the server starts with it, which verifies an SVID below its own CA first.
import { bytesEqual } from '../../base/bytes.ts';
import { quoteForeign } from '../../base/text.ts';
import { describeKey } from '../../crypto/key.ts';
import { spireSignsWith } from '../../manifest/spire.ts';
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
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

/** SPIRE’s own CA ends with the one above it. */
const WARN_DAYS = 60;

export function holdsKey({ parts }: Document): boolean {
  return parts.some(({ kind }) => kind === 'key');
}

/**
 * The document with the certificate of the set's key, and those beside it. Settings name the files
 * as they please: they are told by what they hold.
 */
export function certificateOf(
  documents: readonly Document[],
  key: Document,
): { readonly certificate: Document | undefined; readonly others: readonly Document[] } {
  const held = documents.filter((document) => certificatesOf(document).length > 0);
  const certificate = held.find((one) => isOf(one, key)) ?? held.find(startsBelow) ?? held[0];
  return { certificate, others: held.filter((one) => one !== certificate && one !== key) };
}

export function upstreamFindings({ files, place }: MeshSet, at: Date): readonly MeshFinding[] {
  // SPIRE’s plugin reads PEM alone
  const documents = [...files.values()].filter(({ jwks }) => !jwks);
  const troubles = documents.flatMap(troublesOf);
  if (troubles.length > 0) return troubles;
  const key = documents.find(holdsKey) as Document;
  const { certificate, others: bundles } = certificateOf(documents, key);
  if (!certificate)
    return [
      found('MESH_FILE_MISSING', place, 'there is a key and no certificate', {
        mend: 'write the files anew',
        commands: [['mtls', 'mesh', 'spire', 'upstream']],
      }),
    ];
  const chain = certificatesOf(certificate);
  if (bundles.length === 0 && chain.length > 1)
    return [
      found(
        'MESH_FILE_MISSING',
        place,
        'there is no bundle: without bundle_file_path SPIRE takes one certificate and nothing else',
        { mend: 'write the root into a file of its own, and name it as bundle_file_path' },
      ),
    ];
  const roots = distinct(bundles.length > 0 ? bundles.flatMap(certificatesOf) : chain);
  const rootsPlace = bundles[0]?.place ?? certificate.place;
  const signing = signingCaFindings({
    certificate,
    key,
    roots,
    through: chain.slice(1),
    rootsPlace,
    at,
    warnDays: WARN_DAYS,
  });
  const broken = signing.some(({ severity }) => severity === 'error');
  return [
    ...formFindings(key, 'key'),
    ...(key === certificate ? [] : formFindings(certificate, 'certificate')),
    ...bundles.flatMap((bundle) => formFindings(bundle, 'certificate')),
    ...keyTypeFindings(key),
    ...signing,
    ...(broken ? [] : roomFindings(chain, roots, certificate.place)),
    ...rootlessFindings(roots, rootsPlace),
  ];
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

/** SPIRE reads PEM, each file with blocks of its one kind, and the key in the only one. */
function formFindings(document: Document, kind: 'key' | 'certificate'): readonly MeshFinding[] {
  const { place, parts, skipped, binary, flaws } = document;
  const fail = (cause: string, mend: string) => [found('PEM_FORM', place, cause, { mend })];
  const WRITE_ANEW = 'write the files anew: mtls mesh spire upstream';
  if (binary) return fail('it is binary, and SPIRE reads PEM alone', WRITE_ANEW);
  const flaw = flaws.find(({ breaks }) => breaks.includes('Go'));
  if (flaw)
    return fail(
      `it is written in a way that Go does not read, line ${flaw.line}: ${flaw.kind}`,
      WRITE_ANEW,
    );
  if (kind === 'key')
    return parts.length + skipped.length > 1
      ? fail(
          'something stands beside the key: SPIRE says "expected 1 PEM blocks"',
          'leave the key alone in its file: openssl ecparam writes parameters before it',
        )
      : [];
  const stray = skipped[0]?.what ?? parts.find((part) => part.kind !== 'certificate')?.kind;
  return stray === undefined
    ? []
    : fail(
        `${stray} stands among the certificates: SPIRE says "expected block type"`,
        'leave certificates alone in the file',
      );
}

/** Of a key that cannot be opened, others tell. */
function keyTypeFindings(document: Document): readonly MeshFinding[] {
  const key = keyOf(document);
  if ('cause' in key || spireSignsWith(key.publicKey)) return [];
  return [
    found(
      'MESH_KEY_TYPE',
      document.place,
      'SPIRE takes keys of ECDSA and RSA from its disk plugin',
      {
        evidence: [{ field: 'key', value: describeKey(key.publicKey) }],
        mend: 'make the CA anew with --key-type ec-p256; those above it may keep theirs',
      },
    ),
  ];
}

/** Go ends a path at whatever is trusted, and other programs at a root. */
function rootlessFindings(roots: readonly Certificate[], place: string): readonly MeshFinding[] {
  if (roots.some(isSelfSigned)) return [];
  return [
    found(
      'TRUST_WITHOUT_ROOT',
      place,
      'SPIRE would hand out an intermediate as the root: Go believes what is below it, and nginx, OpenSSL and Node do not',
      {
        severity: 'warning',
        mend: 'put the root into the file that bundle_file_path names: mtls ca export prints it',
      },
    ),
  ];
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
        `${quoteForeign(certificateTitle(one))} allows ${allowed} CAs below it, and with SPIRE’s own there are ${below}: no SVID is believed, and the server says "X509 CA produced an invalid X509-SVID chain"`,
        {
          clause: 'RFC 5280 §4.2.1.9',
          mend: 'make the CA anew with room: mtls mesh spire upstream, or a greater --path-len',
        },
      ),
    ];
  });
}
