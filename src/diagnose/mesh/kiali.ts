// What Kiali makes of its CA bundle: Go's AppendCertsFromPEM, which passes over what it cannot read.
import { quoteForeign } from '../../base/text.ts';
import { DAY, formatTime } from '../../base/clock.ts';
import { cabundleName, KIALI_KEYS } from '../../manifest/kiali-names.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { goFormFindings } from './go-pem.ts';
import {
  certificatesOf,
  found,
  setsOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';

const WARN_DAYS = 60;

/** What OpenShift puts there is its own affair. */
const OPENSHIFT_KEY = 'service-ca.crt';

/** Findings of each bundle, and their places; none where nothing is Kiali's. */
export function checkKiali(
  documents: readonly Document[],
  at: Date,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(isKialis);
  return {
    places: sets.map(({ place }) => place),
    findings: sets.flatMap((set) => setFindings(set, at)),
  };
}

function isKialis({ object, files }: MeshSet): boolean {
  return (
    object?.name?.endsWith(cabundleName('')) === true ||
    KIALI_KEYS.some((key) => files.has(key) || object?.keys.includes(key) === true)
  );
}

function setFindings({ object, place, files }: MeshSet, at: Date): readonly MeshFinding[] {
  const findings: MeshFinding[] = [];
  if (object && object.kind !== 'ConfigMap')
    findings.push(
      found('MESH_OBJECT', place, `it is a ${object.kind}, and Kiali mounts a ConfigMap`),
    );
  const read = KIALI_KEYS.flatMap((key) => files.get(key) ?? []);
  if (read.length === 0 && !files.has(OPENSHIFT_KEY))
    findings.push(
      found('MESH_FILE_MISSING', place, `there is no ${KIALI_KEYS[0]}`, {
        evidence: [{ field: 'keys', value: [...files.keys()].join(', ') }],
        mend: 'write the ConfigMap anew',
        commands: [['mtls', 'mesh', 'kiali', 'cabundle']],
      }),
    );
  return [...findings, ...read.flatMap((document) => bundleFindings(document, at))];
}

function bundleFindings(document: Document, at: Date): readonly MeshFinding[] {
  const { place, binary, encodedTwice, parts, troubles } = document;
  const certificates = certificatesOf(document);
  // Older guides asked for base64, as a Secret has it
  if (encodedTwice || (!binary && parts.some(({ origin }) => origin.block === undefined)))
    return [
      found('PEM_FORM', place, 'it is base64, where Kiali reads PEM: it trusts nothing of it', {
        mend: 'put the PEM itself there: data of a ConfigMap is text',
        commands: [['mtls', 'mesh', 'kiali', 'cabundle']],
      }),
    ];
  return [
    ...troublesOf(document),
    ...goFormFindings(document),
    ...(certificates.length === 0 && troubles.length === 0
      ? [found('NOTHING_FOUND', place, 'it holds no certificate')]
      : []),
    ...(parts.some(({ kind }) => kind === 'key')
      ? [
          found('TRUST_HOLDS_KEY', place, 'a private key lies where everybody may read', {
            mend: 'take it out, and make a new key: whoever read it has the old one',
          }),
        ]
      : []),
    ...certificates.flatMap((certificate) => certificateFindings(certificate, place, at)),
  ];
}

function certificateFindings(
  certificate: Certificate,
  place: string,
  at: Date,
): readonly MeshFinding[] {
  const title = quoteForeign(certificateTitle(certificate));
  const evidence = [{ field: 'not after', value: formatTime(certificate.notAfter) }];
  const mend = 'name the root that takes over beside it: mtls mesh kiali cabundle --ca …';
  if (certificate.basicConstraints?.ca !== true && !isSelfSigned(certificate))
    return [
      found(
        'TRUST_HOLDS_LEAF',
        place,
        `${title} is no CA: only servers with this very certificate are believed`,
        {
          severity: 'warning',
          mend: 'put the root there',
        },
      ),
    ];
  if (!isSelfSigned(certificate))
    return [
      found(
        'TRUST_WITHOUT_ROOT',
        place,
        `${title} is no root: it has to be changed whenever it is renewed`,
        {
          severity: 'warning',
          mend: 'put the root there: mtls ca export prints it',
        },
      ),
    ];
  if (certificate.notAfter < at)
    return [found('EXPIRED', place, `the root ${title} has expired`, { evidence, mend })];
  if (certificate.notAfter.getTime() - at.getTime() < WARN_DAYS * DAY)
    return [
      found('EXPIRES_SOON', place, `the root ${title} ends in less than ${WARN_DAYS} days`, {
        severity: 'warning',
        evidence,
        mend,
      }),
    ];
  return [];
}
