// A certificate of Hubble or of clustermesh-apiserver, judged by who will check it.
import { quoteForeign } from '../../base/text.ts';
import { DAY, formatTime } from '../../base/clock.ts';
import { sameKey } from '../../match/match.ts';
import type { CiliumSecret } from '../../manifest/cilium-secrets.ts';
import { commonName, formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { firstBlockFindings, goFormFindings } from './go-pem.ts';
import {
  certificatesOf,
  found,
  keyOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';

const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';
const ROOTS = 'ca.crt';

/** Nothing renews them by itself. */
const WARN_DAYS = 30;

export interface CiliumLeaf {
  readonly set: MeshSet;
  readonly expected: CiliumSecret;
  /** What those who check it trust, each on its own. */
  readonly trusted: readonly Document[];
  /** Trust stands in a ConfigMap, in place of each Secret’s own. */
  readonly bundled: boolean;
  readonly at: Date;
}

/** What keeps it from being loaded, or from being believed. */
export function leafFindings(leaf: CiliumLeaf): readonly MeshFinding[] {
  const { set, expected, bundled } = leaf;
  const { files, place } = set;
  const missing = [CERTIFICATE, KEY, ...(bundled ? [] : [ROOTS])].filter(
    (name) => !files.has(name),
  );
  if (missing.length > 0)
    return missing.map((name) =>
      found('MESH_FILE_MISSING', place, `there is no ${name}`, {
        evidence: [{ field: 'keys', value: [...files.keys()].join(', ') }],
        mend: 'write the Secret anew',
        commands: [
          [
            'mtls',
            'mesh',
            'cilium',
            expected.secret.startsWith('hubble-') ? 'hubble' : 'clustermesh',
          ],
        ],
      }),
    );
  const [document, key] = [files.get(CERTIFICATE), files.get(KEY)] as [Document, Document];
  const troubles = [...files.values()].flatMap((one) => [
    ...troublesOf(one),
    ...goFormFindings(one),
  ]);
  if (troubles.length > 0) return troubles;
  const [certificate] = certificatesOf(document);
  if (!certificate) return [found('NOTHING_FOUND', document.place, 'it holds no certificate')];
  return [
    ...firstBlockFindings(document, 'certificate'),
    ...keyFindings(certificate, key),
    ...userFindings(certificate, leaf, document.place),
    ...trustFindings(certificate, leaf, document),
  ];
}

function keyFindings(certificate: Certificate, document: Document): readonly MeshFinding[] {
  const opened = keyOf(document);
  if ('cause' in opened) return [opened];
  if (!sameKey(opened.publicKey, certificate.publicKey))
    return [found('KEY_MISMATCH', document.place, `it is not the key of ${title(certificate)}`)];
  if (certificate.basicConstraints?.ca !== true) return [];
  return [
    found('CA_KEY_IN_SECRET', document.place, `it is the key of the CA ${title(certificate)}`, {
      mend: 'issue certificates of their own',
      commands: [['mtls', 'mesh', 'cilium', 'hubble']],
    }),
  ];
}

/** etcd takes the common name for the user. */
function userFindings(
  certificate: Certificate,
  { expected: { user } }: CiliumLeaf,
  place: string,
): readonly MeshFinding[] {
  const name = commonName(certificate.subject);
  if (user === undefined || name === user) return [];
  return [
    found(
      'HOST_MISMATCH',
      place,
      `etcd takes its common name for the user, and expects ${quoteForeign(user)}`,
      { evidence: [{ field: 'subject', value: formatDn(certificate.subject) }] },
    ),
  ];
}

function trustFindings(
  certificate: Certificate,
  { expected, trusted, at }: CiliumLeaf,
  { place, ...document }: Document,
): readonly MeshFinding[] {
  const faults = new Map<string, MeshFinding>();
  const purpose = expected.profile === 'client' ? 'client' : 'server';
  for (const { place: trustPlace, ...trust } of trusted)
    // Of any of these names the certificate may be asked
    for (const asked of purpose === 'server' ? expected.asked : [undefined]) {
      const roots = certificatesOf({ place: trustPlace, ...trust });
      const result = verifyCertificate({
        leaf: certificate,
        anchors: roots.map(anchorOf),
        untrusted: certificatesOf({ place, ...document }).slice(1),
        at,
        purpose,
        identity: asked === undefined ? undefined : { kind: 'dns', value: asked },
      });
      if (result.ok) continue;
      const { code, message, clause } = result.fault;
      const which = `${code} ${trustPlace}`;
      if (faults.has(which)) continue;
      faults.set(
        which,
        found(code, place, message, {
          clause,
          evidence: [
            { field: 'names', value: certificate.names.map(formatGeneralName).join(', ') },
            ...(asked === undefined ? [] : [{ field: 'asked for', value: asked }]),
            { field: 'issuer', value: formatDn(certificate.issuer) },
            ...roots.map((root) => ({
              source: trustPlace,
              field: 'trusted',
              value: certificateTitle(root),
            })),
          ],
        }),
      );
    }
  if (faults.size > 0) return [...faults.values()];
  if (certificate.notAfter.getTime() - at.getTime() >= WARN_DAYS * DAY) return [];
  return [
    found('EXPIRES_SOON', place, `${title(certificate)} ends in less than ${WARN_DAYS} days`, {
      severity: 'warning',
      evidence: [{ field: 'not after', value: formatTime(certificate.notAfter) }],
      mend: 'write the Secrets anew: Hubble loads them without a restart',
    }),
  ];
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
