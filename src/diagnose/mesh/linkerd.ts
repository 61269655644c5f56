// What Linkerd makes of its issuer and its trust anchors: the rules of `linkerd check` and of the
// identity controller.
import { quoteForeign } from '../../base/text.ts';
import { DAY, formatTime } from '../../base/clock.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { anchorOf } from '../../verify/types.ts';
import { verifyCertificate } from '../../verify/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { cutOffFindings, firstBlockFindings, goFormFindings } from './go-pem.ts';
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

/** The anchors of the ConfigMap, by which the identity controller and the proxies go. */
const MOUNTED = 'ca-bundle.crt';

/** Those of the Secret of kubernetes.io/tls, which `linkerd check` reads, or of a file. */
const BESIDE = 'ca.crt';

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
  const own = sets.filter((set) => set.object?.kind !== 'Secret' || isIssuer(set));
  const held = (name: string) => own.flatMap(({ files }) => files.get(name) ?? []);
  const mounted = held(MOUNTED);
  const beside = held(BESIDE);
  const bundles = [...mounted, ...beside];
  if (issuers.length + bundles.length === 0) return { places: [], findings: [] };
  const anchors = named ?? (mounted.length > 0 ? mounted : beside).flatMap(certificatesOf);
  const places = [...issuers.map(({ place }) => place), ...bundles.map(({ place }) => place)];
  return {
    places,
    findings: [
      ...bundles.flatMap((document) => anchorFindings(document, at)),
      ...sets.flatMap((set) => objectFindings(set, issuers)),
      ...issuers.flatMap((set) => issuerFindings(set, anchors, bundles, at)),
      ...(mounted.length > 0 ? issuers.flatMap((set) => besideFindings(set, at)) : []),
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
  const anchors = kind === 'ConfigMap' && files.has(MOUNTED);
  if (!ours && !anchors) return [];
  const findings: MeshFinding[] = [];
  if (anchors && name !== CONFIG_MAP)
    findings.push(
      found('MESH_OBJECT', place, `Linkerd mounts the ConfigMap ${CONFIG_MAP}, and no other`),
    );
  if (ours && type === 'kubernetes.io/tls' && !files.has(BESIDE))
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
  const form = [
    ...formFindings(certificate),
    ...goFormFindings(key),
    ...firstBlockFindings(key, 'key'),
  ];
  return [
    ...form,
    ...(issuer ? typeFindings(issuer, certificate.place) : []),
    ...signingCaFindings({
      certificate,
      key,
      roots: anchors,
      through: held.slice(1),
      rootsPlace: bundles[0]?.place ?? 'the roots named',
      rootsJudged: bundles.length > 0,
      at,
      warnDays: WARN_DAYS,
    }),
  ];
}

/** Anchors beside the issuer, where the proxies have those of the ConfigMap. */
function besideFindings({ files }: MeshSet, at: Date): readonly MeshFinding[] {
  const document = files.get(BESIDE);
  const anchors = certificatesOf(document);
  const [issuer, ...through] = certificatesOf(files.get('tls.crt'));
  if (!document || !issuer || anchors.length === 0) return [];
  const result = verifyCertificate({
    leaf: issuer,
    anchors: anchors.map(anchorOf),
    untrusted: through,
    at,
    purpose: 'any',
  });
  if (result.ok) return [];
  const { code, message } = result.fault;
  return [
    found(code, document.place, `${message}: linkerd check reads these anchors`, {
      severity: 'warning',
      mend: `write the anchors of ${CONFIG_MAP} into it`,
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
      ...anchorTypeFindings(anchor, place),
      ...dateFindings(anchor, place, at),
    ]),
  ];
}

/** Linkerd decodes to the last byte: what follows the last block must be a block too. */
function formFindings(document: Document): readonly MeshFinding[] {
  const { place, flaws } = document;
  return [
    ...goFormFindings(document),
    ...flaws
      .filter(({ kind }) => kind === 'trailing')
      .map(({ line }) =>
        found(
          'PEM_FORM',
          place,
          `something stands after the last certificate, line ${line}: Linkerd says "not a PEM certificate"`,
          { mend: 'end the file with the last line of the last certificate, and one newline' },
        ),
      ),
    ...cutOffFindings(document, 'Linkerd'),
  ];
}

/** CheckTrustAnchorAlgoRequirements of `linkerd check`: as the issuer, or RSA of two sizes. */
function anchorTypeFindings(certificate: Certificate, place: string): readonly MeshFinding[] {
  const { publicKey } = certificate;
  if (publicKey.kind !== 'rsa') return typeFindings(certificate, place);
  if (isAnchorKey(publicKey)) return signatureFindings(certificate, place, ['rsa-sha256']);
  return [
    found(
      'MESH_KEY_TYPE',
      place,
      `the key of ${quoteForeign(certificateTitle(certificate))} is RSA of another size than 2048 or 4096 bits`,
      { evidence: [{ field: 'key', value: describeKey(publicKey) }] },
    ),
  ];
}

/** CheckIssuerCertAlgoRequirements of `linkerd check`: P-256, and SHA-256 in the signature. */
function typeFindings(certificate: Certificate, place: string): readonly MeshFinding[] {
  const { publicKey } = certificate;
  if (isIssuerKey(publicKey))
    return signatureFindings(certificate, place, ['ecdsa-sha256', 'rsa-sha256']);
  return [
    found(
      'MESH_KEY_TYPE',
      place,
      `the key of ${quoteForeign(certificateTitle(certificate))} is not ECDSA P-256`,
      { evidence: [{ field: 'key', value: describeKey(publicKey) }] },
    ),
  ];
}

function signatureFindings(
  certificate: Certificate,
  place: string,
  taken: readonly string[],
): readonly MeshFinding[] {
  const name = certificate.signatureAlgorithm?.name ?? certificate.signatureOid;
  if (taken.includes(name)) return [];
  const title = quoteForeign(certificateTitle(certificate));
  const how = taken.length > 1 ? 'ECDSA or RSA' : 'RSA';
  return [
    found('MESH_KEY_TYPE', place, `${title} is not signed with ${how} and SHA-256`, {
      evidence: [{ field: 'signature', value: name }],
    }),
  ];
}

/** What Linkerd signs with. */
export function isIssuerKey({ kind, curve }: PublicKey): boolean {
  return kind === 'ec' && curve === 'P-256';
}

/** What its anchors may have. */
export function isAnchorKey(key: PublicKey): boolean {
  return isIssuerKey(key) || (key.kind === 'rsa' && (key.bits === 2048 || key.bits === 4096));
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
