// The diagnosis of a pile: what is wrong, the cause first, and what mends it.
import { toHex } from '../base/bytes.ts';
import { quoteForeign } from '../base/text.ts';
import { isSelfIssued } from '../verify/names.ts';
import { certificateTitle } from '../x509/title.ts';
import type { FindingCode } from './codes.ts';
import { withCopies } from './copies.ts';
import type { Document } from './document.ts';
import { DEPTH, findingsOf, type Draft } from './draft.ts';
import { placeOf, subjectOf } from './evidence.ts';
import type { Finding } from './finding.ts';
import { benchOf, judgeChain, type Bench } from './judge.ts';
import { pileOf, type CertificateNode, type KeyNode, type Pile } from './pile.ts';
import { remedyFor } from './remedies.ts';
import { sideOf } from './roles.ts';
import { authorityDrafts } from './rules/authorities.ts';
import { deliveryDrafts } from './rules/chains.ts';
import { foreignCrlDrafts } from './rules/crls.ts';
import { contentDrafts } from './rules/contents.ts';
import { fileDrafts } from './rules/files.ts';
import { keyDrafts } from './rules/keys.ts';
import { crlDrafts, clockDrafts, endingDrafts, isSpare, renewed } from './rules/time.ts';
import { storeDrafts } from './rules/stores.ts';
import { trustDrafts } from './rules/trust-files.ts';
import type { DoctorSettings } from './settings.ts';
import { foldSwap } from './swapped.ts';
import { trustOf } from './trust.ts';

/** A leaf that nothing is wrong with, and its key. */
export interface HealthyPair {
  readonly certificate: CertificateNode;
  readonly subject: string;
  readonly key?: KeyNode | undefined;
  readonly side?: 'server' | 'client' | undefined;
}

export interface Diagnosis {
  readonly pile: Pile;
  readonly bench: Bench;
  /** The worst and deepest first. */
  readonly findings: readonly Finding<FindingCode>[];
  readonly healthy: readonly HealthyPair[];
  /** Old ones beside a newer one: nobody's trouble. */
  readonly replaced: readonly CertificateNode[];
}

/** Diagnoses documents. Pure: the moment, the trust and the passphrase come with the settings. */
export function diagnose(
  documents: readonly Document[],
  settings: DoctorSettings,
  passphrase?: string | Uint8Array,
): Diagnosis {
  // Trust bundles are no PEM that a server loads; mtls mesh spire check judges them
  const pile = pileOf(
    documents.filter(({ jwks }) => jwks === undefined),
    passphrase,
  );
  const bench = benchOf(pile, trustOf(pile, withKnown(pile, settings)), settings);
  const drafts: Draft[] = [
    ...fileDrafts(bench),
    ...contentDrafts(bench),
    ...crlDrafts(bench),
    ...foreignCrlDrafts(bench),
    ...storeDrafts(bench),
    ...authorityDrafts(bench),
    ...trustDrafts(bench),
  ];
  const replaced: CertificateNode[] = [];
  const sound: CertificateNode[] = [];
  // By serial number alone: enough to leave a renewed one in peace
  const revokedSerials = new Set(
    pile.crls.flatMap(({ crl }) => [...crl.entries].map(({ serial }) => toHex(serial))),
  );
  for (const node of pile.certificates) {
    const over = node.certificate.notAfter < settings.at;
    const revoked = revokedSerials.has(toHex(node.certificate.serial));
    if ((over || revoked) && renewed(node, pile, settings.at)) {
      replaced.push(node);
      continue;
    }
    if (node.isIssuer) {
      drafts.push(...endingDrafts(node, bench));
      continue;
    }
    const wrong = withCopies(judgeChain(node, bench), node);
    drafts.push(...wrong);
    if (wrong.length === 0) {
      sound.push(node);
      drafts.push(
        ...withCopies(endingDrafts(node, bench), node),
        ...deliveryDrafts(node, bench),
        ...withCopies(namelessDrafts(node, bench), node),
      );
    }
  }
  drafts.push(
    ...keyDrafts(bench, replaced),
    ...idleDrafts(bench, drafts),
    ...unjudgedDrafts(bench),
  );
  const findings = findingsOf(
    foldSwap(foldRevocation(clockDrafts(drafts, bench)), bench),
    (draft) => remedyFor(draft, bench),
  );
  return { pile, bench, findings, healthy: healthyOf(sound, findings, bench), replaced };
}

/** Where the pile lacks an issuer, CAs at hand may be it. */
function withKnown(pile: Pile, settings: DoctorSettings): DoctorSettings {
  const lacks = pile.certificates.some(
    ({ certificate }) =>
      !isSelfIssued(certificate) && pile.named(certificate.issuerDer).length === 0,
  );
  if (!lacks) return settings;
  const atHand = settings
    .homeCas()
    .flatMap(({ path }) => path.filter((certificate) => !isSelfIssued(certificate)));
  return { ...settings, known: [...(settings.known ?? []), ...atHand] };
}

/** CAs that nothing here hangs on, and that have expired. */
function idleDrafts({ pile, settings }: Bench, drafts: readonly Draft[]): readonly Draft[] {
  const told = new Set(drafts.map(({ about }) => about));
  return pile.certificates.flatMap((node): Draft[] => {
    const { certificate, isIssuer } = node;
    if (!isIssuer || told.has(certificate) || renewed(node, pile, settings.at)) return [];
    const over = certificate.notAfter < settings.at;
    if (!over && certificate.notBefore <= settings.at) return [];
    return [
      {
        code: over ? 'EXPIRED' : 'NOT_YET_VALID',
        severity: isSpare(node, pile, settings.at) ? 'info' : 'error',
        subject: subjectOf(certificate, pile) ?? '',
        cause: `the CA ${quoteForeign(certificateTitle(certificate))} ${over ? 'has expired' : 'is not valid yet'}: nothing below it is believed`,
        evidence: [
          {
            source: placeOf(node),
            field: over ? 'not after' : 'not before',
            value: (over ? certificate.notAfter : certificate.notBefore).toISOString(),
          },
        ],
        about: certificate,
        depth: DEPTH.intermediate,
      },
    ];
  });
}

/** Without alternative names a server's certificate is refused by every client of today. */
function namelessDrafts(node: CertificateNode, { settings }: Bench): readonly Draft[] {
  const { certificate } = node;
  if (certificate.names.length > 0) return [];
  const documents = node.places.map(({ document }) => document);
  const side = sideOf(certificate, documents, settings.side);
  if (side === 'client') return [];
  const place = placeOf(node);
  return [
    {
      code: 'NO_NAMES',
      severity: side === 'server' ? 'error' : 'warning',
      subject: place,
      cause: `${quoteForeign(certificateTitle(certificate))} has no alternative names: clients look for the host there alone, never in the common name`,
      clause: 'RFC 9525 §6.3',
      evidence: [{ source: place, field: 'names', value: '(none)' }],
      about: certificate,
      depth: DEPTH.leaf,
    },
  ];
}

/** Leaves without a root to judge them by. */
function unjudgedDrafts({ pile, trust }: Bench): readonly Draft[] {
  const leaf = pile.certificates.find(({ isIssuer }) => !isIssuer);
  if (trust.anchors.length > 0 || !leaf) return [];
  return [
    {
      code: 'NOT_JUDGED',
      severity: 'info',
      subject: placeOf(leaf),
      cause: 'no root is here and none was named, so no chain was judged',
      evidence: [],
      remedy: { text: 'name who is trusted: --ca FILE', commands: [] },
      about: 'trust',
      depth: DEPTH.hygiene,
    },
  ];
}

/** What cannot be shown to be unrevoked because a list is stale is that list's consequence. */
function foldRevocation(drafts: readonly Draft[]): readonly Draft[] {
  const stale = drafts.find(({ code }) => code === 'CRL_STALE');
  if (!stale) return drafts;
  const unknown = drafts.filter(({ code }) => code === 'REVOCATION_UNKNOWN');
  const hits = unknown.map(({ subject, cause }) => ({ subject, cause }));
  return drafts
    .filter((draft) => !unknown.includes(draft))
    .map((draft) => (draft === stale ? { ...draft, hits } : draft));
}

function healthyOf(
  sound: readonly CertificateNode[],
  findings: readonly Finding[],
  { pile, settings }: Bench,
): readonly HealthyPair[] {
  const sick = new Set(
    findings
      .filter(({ severity }) => severity !== 'info')
      .flatMap((finding) => [finding, ...finding.consequences].map(({ subject }) => subject)),
  );
  return sound.flatMap((certificate): HealthyPair[] => {
    const subject = placeOf(certificate);
    const [key] = pile.withKey(certificate.certificate.publicKey).keys;
    const documents = certificate.places.map(({ document }) => document);
    if (sick.has(subject) || documents.some(({ place }) => sick.has(place))) return [];
    return [
      {
        certificate,
        subject,
        key,
        side: sideOf(certificate.certificate, documents, settings.side),
      },
    ];
  });
}
