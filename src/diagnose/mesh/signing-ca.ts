// A CA that a mesh signs with, judged as Go's crypto/x509 does: Istio, Linkerd and SPIRE all load
// theirs with it.
import { quoteForeign } from '../../base/text.ts';
import { DAY, formatTime } from '../../base/clock.ts';
import { formatDn } from '../../name/dn.ts';
import { sameKey } from '../../match/match.ts';
import { isSelfIssued } from '../../verify/names.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { EXTENDED_KEY_USAGES, purposeName } from '../../x509/extension-names.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { certificatesOf, found, keyOf, troublesOf, type MeshFinding } from './mesh-set.ts';

export interface SigningCa {
  /** The CA's certificate comes first in it. */
  readonly certificate: Document;
  readonly key: Document;
  readonly roots: readonly Certificate[];
  /** What it is verified through besides the roots. */
  readonly through: readonly Certificate[];
  /** Where the roots stand, for messages. */
  readonly rootsPlace: string;
  /** That a root ends soon is said elsewhere. */
  readonly rootsJudged?: boolean;
  readonly at: Date;
  /** A certificate that ends within these days is warned of. */
  readonly warnDays: number;
}

/** What keeps the mesh from signing with it, or what it signs from being believed. */
export function signingCaFindings(ca: SigningCa): readonly MeshFinding[] {
  const { certificate: document, key } = ca;
  const troubles = [document, key].flatMap(troublesOf);
  if (troubles.length > 0) return troubles;
  const [certificate] = certificatesOf(document);
  if (!certificate) return [found('NOTHING_FOUND', document.place, 'it holds no certificate')];
  return [
    ...keyFindings(ca, certificate),
    ...caFindings(document, certificate),
    ...pathFindings(ca, certificate),
  ];
}

function keyFindings({ certificate: { place }, key }: SigningCa, certificate: Certificate) {
  const opened = keyOf(key);
  if ('cause' in opened) return [opened];
  if (!sameKey(opened.publicKey, certificate.publicKey))
    return [
      found('KEY_MISMATCH', key.place, `it is not the key of ${title(certificate)}`, {
        evidence: [{ source: place, field: 'certificate', value: titleText(certificate) }],
        mend: 'put the key there that it was issued with: mtls match says which belong together',
      }),
    ];
  if (!isSelfSigned(certificate)) return [];
  return [
    found(
      'CA_KEY_IN_SECRET',
      key.place,
      'it is the key of the root: whoever reads it can sign for all who trust the root, and nothing above can revoke it',
      {
        severity: 'warning',
        mend: 'sign with an intermediate below it, and keep the root’s key elsewhere',
      },
    ),
  ];
}

function caFindings({ place }: Document, certificate: Certificate): readonly MeshFinding[] {
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true)
    return [
      found('NOT_A_CA', place, `${title(certificate)} is no CA`, {
        clause: 'RFC 5280 §4.2.1.9',
        mend: 'make one: mtls ca intermediate',
      }),
    ];
  if (keyUsage && !keyUsage.has('keyCertSign'))
    return [
      found('KEY_USAGE', place, `${title(certificate)} may not sign certificates`, {
        clause: 'RFC 5280 §4.2.1.3',
        evidence: [{ field: 'key usage', value: [...keyUsage].join(', ') }],
      }),
    ];
  return [];
}

function pathFindings(ca: SigningCa, certificate: Certificate): readonly MeshFinding[] {
  const { certificate: document, roots, through, rootsPlace, at, warnDays } = ca;
  const result = verifyCertificate({
    leaf: certificate,
    anchors: roots.map(anchorOf),
    untrusted: through,
    at,
    purpose: 'any',
  });
  if (!result.ok) {
    const { code, message, clause } = result.fault;
    return [
      found(code, document.place, message, {
        clause,
        evidence: [
          { field: 'issuer', value: formatDn(certificate.issuer) },
          ...roots.map((root) => ({ source: rootsPlace, field: 'root', value: titleText(root) })),
        ],
      }),
    ];
  }
  const { certificates, anchor } = result.path;
  const path = [...certificates];
  const last = path.at(-1);
  if (anchor.certificate && anchor.certificate !== last) path.push(anchor.certificate);
  return [
    ...purposeFindings(path, document.place),
    ...lengthFindings(path, document.place),
    ...expiryFindings(
      ca.rootsJudged === true ? path.filter((one) => !roots.includes(one)) : path,
      document.place,
      at,
      warnDays,
    ),
  ];
}

/** Go asks for TLS server unless told otherwise, and nobody tells it: a CA that states others binds. */
function purposeFindings(path: readonly Certificate[], place: string): readonly MeshFinding[] {
  const { serverAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES;
  return path
    .filter(({ extendedKeyUsage: uses }) => uses && uses.length > 0)
    .filter(
      ({ extendedKeyUsage: uses = [] }) =>
        !uses.includes(serverAuth) && !uses.includes(anyExtendedKeyUsage),
    )
    .map((certificate) =>
      found(
        'CA_PURPOSES',
        place,
        `${title(certificate)} states purposes without TLS server: the mesh says "incompatible key usage"`,
        {
          clause: 'RFC 5280 §4.2.1.12',
          evidence: [
            {
              field: 'extended key usage',
              value: (certificate.extendedKeyUsage ?? [])
                .map((oid) => purposeName(oid) ?? oid)
                .join(', '),
            },
          ],
          mend: 'make the CA anew without purposes: mtls ca intermediate',
        },
      ),
    );
}

/** A bound that the CA itself keeps, and that a certificate below it breaks. */
function lengthFindings(path: readonly Certificate[], place: string): readonly MeshFinding[] {
  return path.flatMap((certificate, index): MeshFinding[] => {
    const below = path.slice(0, index).filter((one) => !isSelfIssued(one)).length;
    const allowed = certificate.basicConstraints?.pathLength;
    if (allowed === undefined || below <= allowed) return [];
    return [
      found(
        'PATH_LENGTH_EXCEEDED',
        place,
        `${title(certificate)} allows ${allowed} CAs below it, and there are ${below}: the set is loaded, and what it signs is refused`,
        { clause: 'RFC 5280 §4.2.1.9' },
      ),
    ];
  });
}

function expiryFindings(
  path: readonly Certificate[],
  place: string,
  at: Date,
  days: number,
): readonly MeshFinding[] {
  return path
    .filter(({ notAfter }) => notAfter.getTime() - at.getTime() < days * DAY)
    .map((certificate) =>
      found('EXPIRES_SOON', place, `${title(certificate)} ends in less than ${days} days`, {
        severity: 'warning',
        evidence: [{ field: 'not after', value: formatTime(certificate.notAfter) }],
        mend: 'change CAs before it ends, root first: see docs/mesh.md',
      }),
    );
}

function titleText(certificate: Certificate): string {
  return certificateTitle(certificate);
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
