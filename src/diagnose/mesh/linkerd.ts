// What Linkerd makes of its issuer and its trust anchors: the rules of `linkerd check` and of the
// identity controller.
import { quoteForeign } from '../../base/text.ts';
import { DAY, formatTime } from '../../base/clock.ts';
import { describeKey } from '../../crypto/key.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import {
  certificatesOf,
  found,
  setsOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

const SECRET = 'linkerd-identity-issuer';
const CONFIG_MAP = 'linkerd-identity-trust-roots';

/** `linkerd check` warns of what ends sooner. */
const WARN_DAYS = 60;

/** Pairs of certificate and key: of linkerd.io/tls, of kubernetes.io/tls, and as files of Linkerd's guide. */
const PAIRS = [
  ['crt.pem', 'key.pem'],
  ['tls.crt', 'tls.key'],
  ['issuer.crt', 'issuer.key'],
] as const;

/** Where the anchors stand: the ConfigMap, the Secret of kubernetes.io/tls, a file. */
const ANCHORS = ['ca-bundle.crt', 'ca.crt'] as const;

export interface LinkerdCheck {
  readonly at: Date;
  /** Anchors named beside the sources. */
  readonly anchors?: readonly Certificate[] | undefined;
}

/** Findings of each issuer and of the anchors, and where they stand; no place where none is there. */
export function checkLinkerd(
  documents: readonly Document[],
  { at, anchors: named }: LinkerdCheck,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents);
  const issuers = sets.filter(isIssuer);
  // Other Secrets have a ca.crt too, which is none of Linkerd's
  const bundles = sets
    .filter((set) => set.object?.kind !== 'Secret' || isIssuer(set))
    .flatMap(({ files }) => ANCHORS.flatMap((name) => files.get(name) ?? []));
  if (issuers.length + bundles.length === 0) return { places: [], findings: [] };
  const anchors = named ?? bundles.flatMap(certificatesOf);
  const places = [...issuers.map(({ place }) => place), ...bundles.map(({ place }) => place)];
  return {
    places,
    findings: [
      ...bundles.flatMap((document) => anchorFindings(document, at)),
      ...sets.flatMap((set) => objectFindings(set, issuers)),
      ...issuers.flatMap((set) => issuerFindings(set, anchors, bundles, at)),
    ],
  };
}

function isIssuer({ object, files }: MeshSet): boolean {
  if (object?.kind === 'ConfigMap') return false;
  if (object?.name === SECRET) return true;
  return object === undefined && PAIRS.some((pair) => pair.some((name) => files.has(name)));
}

function objectFindings(
  { object, place, files }: MeshSet,
  issuers: readonly MeshSet[],
): readonly MeshFinding[] {
  if (!object) return [];
  const { kind, name, namespace, type } = object;
  const ours = issuers.some((set) => set.object === object);
  const anchors = kind === 'ConfigMap' && files.has('ca-bundle.crt');
  if (!ours && !anchors) return [];
  const findings: MeshFinding[] = [];
  if (anchors && name !== CONFIG_MAP)
    findings.push(
      found('MESH_OBJECT', place, `Linkerd mounts the ConfigMap ${CONFIG_MAP}, and no other`),
    );
  if (ours && type === 'kubernetes.io/tls' && !files.has('ca.crt'))
    findings.push(
      found('MESH_FILE_MISSING', place, 'there is no ca.crt, which linkerd check reads here', {
        severity: 'warning',
      }),
    );
  if (namespace !== undefined && namespace !== 'linkerd')
    findings.push(
      found(
        'MESH_OBJECT',
        place,
        `it is in the namespace ${quoteForeign(namespace)}, and the control plane runs in linkerd unless told otherwise`,
        { severity: 'warning' },
      ),
    );
  return findings;
}

function issuerFindings(
  { files, place }: MeshSet,
  anchors: readonly Certificate[],
  bundles: readonly Document[],
  at: Date,
): readonly MeshFinding[] {
  const pair = PAIRS.find((names) => names.some((name) => files.has(name))) ?? PAIRS[0];
  const missing = pair.filter((name) => !files.has(name));
  if (missing.length > 0)
    return missing.map((name) =>
      found('MESH_FILE_MISSING', place, `there is no ${name}`, {
        mend: 'write the set anew',
        commands: [['mtls', 'mesh', 'linkerd', 'issuer']],
      }),
    );
  const [certificate, key] = pair.map((name) => files.get(name)) as [Document, Document];
  const held = certificatesOf(certificate);
  const [issuer] = held;
  if (anchors.length === 0)
    return [
      found('MESH_FILE_MISSING', place, 'no trust anchors are among what was given', {
        mend: 'give the ConfigMap linkerd-identity-trust-roots too, or name the roots with --ca',
      }),
    ];
  return [
    ...formFindings(certificate),
    ...(issuer ? typeFindings(issuer, certificate.place) : []),
    ...signingCaFindings({
      certificate,
      key,
      roots: anchors,
      through: held.slice(1),
      rootsPlace: bundles[0]?.place ?? 'the roots named',
      at,
      warnDays: WARN_DAYS,
    }),
  ];
}

function anchorFindings(document: Document, at: Date): readonly MeshFinding[] {
  const { place } = document;
  const held = certificatesOf(document);
  if (held.length === 0 && document.troubles.length === 0)
    return [found('NOTHING_FOUND', place, 'it holds no certificate')];
  return [
    ...troublesOf(document),
    ...formFindings(document),
    ...held.flatMap((anchor) => [
      ...typeFindings(anchor, place),
      ...dateFindings(anchor, place, at),
    ]),
  ];
}

/** Linkerd decodes to the last byte: what follows the last block must be a block too. */
function formFindings({ place, flaws }: Document): readonly MeshFinding[] {
  return flaws
    .filter(({ breaks }) => breaks.includes('Linkerd') || breaks.includes('Go'))
    .map(({ kind, line }) =>
      found(
        'PEM_FORM',
        place,
        kind === 'trailing'
          ? `something stands after the last certificate, line ${line}: Linkerd says "not a PEM certificate"`
          : `it is written in a way that Go does not read, line ${line}: ${kind}`,
        { mend: 'end the file with the last line of the last certificate, and one newline' },
      ),
    );
}

/** CheckCertAlgoRequirements of `linkerd check`: P-256, signed with ECDSA and SHA-256. */
function typeFindings(certificate: Certificate, place: string): readonly MeshFinding[] {
  const { publicKey, signatureAlgorithm, signatureOid } = certificate;
  const title = quoteForeign(certificateTitle(certificate));
  if (publicKey.kind !== 'ec' || publicKey.curve !== 'P-256')
    return [
      found('MESH_KEY_TYPE', place, `the key of ${title} is not ECDSA P-256`, {
        evidence: [{ field: 'key', value: describeKey(publicKey) }],
      }),
    ];
  const name = signatureAlgorithm?.name ?? signatureOid;
  if (name === 'ecdsa-sha256') return [];
  return [
    found('MESH_KEY_TYPE', place, `${title} is not signed with ECDSA and SHA-256`, {
      evidence: [{ field: 'signature', value: name }],
    }),
  ];
}

function dateFindings(anchor: Certificate, place: string, at: Date): readonly MeshFinding[] {
  const title = quoteForeign(certificateTitle(anchor));
  const evidence = [
    { field: 'not before', value: formatTime(anchor.notBefore) },
    { field: 'not after', value: formatTime(anchor.notAfter) },
  ];
  if (anchor.notAfter < at)
    return [found('EXPIRED', place, `the trust anchor ${title} has ended`, { evidence })];
  if (anchor.notBefore > at)
    return [
      found('NOT_YET_VALID', place, `the trust anchor ${title} is not valid yet`, { evidence }),
    ];
  if (anchor.notAfter.getTime() - at.getTime() >= WARN_DAYS * DAY) return [];
  return [
    found('EXPIRES_SOON', place, `the trust anchor ${title} ends in less than ${WARN_DAYS} days`, {
      severity: 'warning',
      evidence,
      mend: 'change anchors before it ends: see docs/mesh.md',
    }),
  ];
}
