// A mutual handshake on paper: what each side shows, what the other makes of it, and who refuses.
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { nameKey } from '../verify/names.ts';
import type { Identity } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import type { FindingCode } from './codes.ts';
import { diagnose } from './doctor.ts';
import type { Document } from './document.ts';
import { placeOf } from './evidence.ts';
import type { HomeCa } from './home-ca.ts';
import { bySeverity, type Finding, type Remedy } from './finding.ts';
import { pileOf, type CertificateNode, type Pile } from './pile.ts';
import { isNamedTrust, isTrustDocument, sideOf } from './roles.ts';
import { trustOf } from './trust.ts';

export type Side = 'client' | 'server';

/** What a side was given as. */
export interface Party {
  readonly side: Side;
  readonly sources: readonly string[];
  readonly documents: readonly Document[];
}

export interface WhySettings {
  readonly at: Date;
  /** The clock of this machine, where `at` was not chosen. */
  readonly clock?: Date | undefined;
  /** Whom the client asks for; absent, the name is not judged. */
  readonly host?: Identity | undefined;
  readonly homeCas: () => readonly HomeCa[];
  readonly passphrase?: string | Uint8Array | undefined;
}

/** One message of the handshake, in its order (RFC 8446 §2). */
export interface PaperStep {
  readonly from: Side;
  readonly message: string;
  readonly says: string;
}

export interface SidedFinding extends Finding<FindingCode> {
  /** Who refuses because of it; absent for what no side refuses. */
  readonly refusedBy?: Side | undefined;
  /** The alert that the other side gets to see (RFC 8446 §6.2). */
  readonly alert?: string | undefined;
}

export interface WhyAnswer {
  readonly ok: boolean;
  readonly steps: readonly PaperStep[];
  readonly findings: readonly SidedFinding[];
}

/** Plays the handshake of two parties. Nothing is sent. */
export function whyRefused(
  parties: Readonly<Record<Side, Party>>,
  settings: WhySettings,
): WhyAnswer {
  const client = standOf(parties.client, settings);
  const server = standOf(parties.server, settings);
  const ofClient = shownBy(client, server, settings);
  // A server that does not know the client's CA names others: that is told already
  const told = ofClient.some(({ code }) => TRUST_FAULTS.has(code));
  const findings = [
    ...shownBy(server, client, settings),
    ...ofClient,
    ...(told ? [] : hintDrafts(client, server)),
  ].sort(bySeverity);
  return {
    ok: findings.every(({ severity }) => severity !== 'error'),
    steps: stepsOf(client, server, findings, settings),
    findings,
  };
}

/** What a side stands there with. */
interface Stand extends Party {
  readonly pile: Pile;
  readonly leaf: CertificateNode | undefined;
  readonly roots: readonly Certificate[];
  readonly trustDocuments: readonly Document[];
}

function standOf(party: Party, settings: WhySettings): Stand {
  const { side, sources, documents } = party;
  const pile = pileOf(documents, settings.passphrase);
  const { trusted } = trustOf(pile, {
    at: settings.at,
    identities: [],
    sources,
    homeCas: settings.homeCas,
  });
  return {
    ...party,
    pile,
    leaf: leafOf(pile, side, settings.at),
    roots: [...trusted],
    trustDocuments: documents.filter(
      (document) => isNamedTrust(document) || isTrustDocument(pile, document),
    ),
  };
}

/** The certificate of this side: one that is for it, has its key, and still holds, before others. */
function leafOf(pile: Pile, side: Side, at: Date): CertificateNode | undefined {
  const leaves = pile.certificates.filter(
    ({ isIssuer, places }) => !isIssuer && places.some(({ document }) => !isNamedTrust(document)),
  );
  const score = ({ certificate, places }: CertificateNode): number => {
    const own = sideOf(
      certificate,
      places.map(({ document }) => document),
      undefined,
    );
    const fits = own === undefined ? 1 : own === side ? 2 : 0;
    const keyed = pile.withKey(certificate.publicKey).keys.length > 0 ? 1 : 0;
    const valid = certificate.notBefore <= at && at <= certificate.notAfter ? 1 : 0;
    return fits * 4 + keyed * 2 + valid;
  };
  return [...leaves].sort((a, b) => score(b) - score(a))[0];
}

const OTHER: Readonly<Record<Side, Side>> = { client: 'server', server: 'client' };

/** What the other side makes of what this one shows. */
function shownBy(shown: Stand, judge: Stand, settings: WhySettings): readonly SidedFinding[] {
  const { leaf, pile, side } = shown;
  if (!leaf) return [missingCertificate(shown)];
  if (judge.roots.length === 0)
    return [isLive(judge) ? unseenTrust(judge, shown) : missingTrust(judge, shown)];
  const own = shown.documents.filter((document) => {
    const held = pile.certificatesIn(document);
    if (shown.trustDocuments.includes(document)) return false;
    return held.every((node) => node === leaf || node.isIssuer);
  });
  const { findings } = diagnose(
    [...own, ...judge.trustDocuments.filter((document) => !own.includes(document))],
    {
      at: settings.at,
      clock: settings.clock,
      side,
      identities: side === 'server' && settings.host ? [settings.host] : [],
      trusted: judge.roots,
      known: [...issuersIn(judge.pile), ...issuersIn(pile)],
      sources: shown.sources,
      homeCas: settings.homeCas,
    },
    settings.passphrase,
  );
  return findings
    .filter(({ code }) => code !== 'KEY_ORPHAN' && code !== 'NOT_JUDGED')
    .map((finding) => ({
      ...finding,
      ...(TRUST_FAULTS.has(finding.code) && { remedy: trustRemedy(judge, leaf) }),
      ...(finding.severity === 'error' && {
        refusedBy: OWN_FAULTS.has(finding.code) ? side : OTHER[side],
        alert: OWN_FAULTS.has(finding.code) ? undefined : alertFor(finding.code),
      }),
    }));
}

/** What the judge lacks is with the other side. */
const TRUST_FAULTS: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'UNTRUSTED_ROOT',
  'ISSUER_NOT_FOUND',
]);

function trustRemedy({ side }: Stand, { certificate }: CertificateNode): Remedy {
  return {
    text: `put the root that ${quoteForeign(formatDn(certificate.issuer))} leads up to among what the ${side} trusts, beside what stands there`,
    commands: [],
  };
}

function issuersIn(pile: Pile): readonly Certificate[] {
  return pile.certificates.filter(({ isIssuer }) => isIssuer).map(({ certificate }) => certificate);
}

/** Found by the side that loads it, before anything is sent. */
const OWN_FAULTS: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'KEY_MISMATCH',
  'KEY_ENCRYPTED',
  'KEY_MALFORMED',
  'PEM_FORM',
  'PEM_MALFORMED',
  'CHAIN_ORDER',
]);

/** The alert that OpenSSL and Go send for it (RFC 8446 §6.2). */
function alertFor(code: FindingCode): string {
  switch (code) {
    case 'EXPIRED':
    case 'NOT_YET_VALID':
      return 'certificate_expired';
    case 'REVOKED':
      return 'certificate_revoked';
    case 'ISSUER_NOT_FOUND':
    case 'UNTRUSTED_ROOT':
    case 'INTERMEDIATE_MISSING':
    case 'CA_SAME_NAME':
    case 'TRUST_WITHOUT_ROOT':
      return 'unknown_ca';
    case 'EXTENDED_KEY_USAGE':
    case 'KEY_USAGE':
      return 'unsupported_certificate';
    case 'BAD_SIGNATURE':
      return 'decrypt_error';
    default:
      return 'bad_certificate';
  }
}

function missingCertificate({ side, sources }: Stand): SidedFinding {
  return {
    code: 'NO_CERTIFICATE',
    severity: 'error',
    subject: sources.join(', '),
    cause:
      side === 'client'
        ? 'the client has no certificate to show, and the server demands one'
        : 'the server has no certificate to show',
    evidence: [],
    remedy: {
      text: 'issue one',
      commands: [['mtls', 'issue', side === 'client' ? 'client' : 'localhost', '--profile', side]],
    },
    consequences: [],
    refusedBy: 'server',
    alert: side === 'client' ? 'certificate_required' : 'handshake_failure',
  };
}

function isLive({ documents }: Stand): boolean {
  return documents.some(({ side }) => side !== undefined);
}

/** What a live server trusts does not show until it is tried. */
function unseenTrust(judge: Stand, shown: Stand): SidedFinding {
  const [target = ''] = judge.sources;
  const [certificate] = shown.leaf?.places ?? [];
  const [key] = shown.leaf ? shown.pile.withKey(shown.leaf.certificate.publicKey).keys : [];
  return {
    code: 'NOT_JUDGED',
    severity: 'info',
    subject: judge.sources.join(', '),
    cause:
      'whom this server trusts cannot be seen from outside, so the client’s certificate was not judged',
    evidence: [],
    remedy: {
      text: 'give its ca.crt as well, or try it',
      commands: [
        [
          'mtls',
          'connect',
          target,
          ...(certificate ? ['--cert', certificate.document.source] : []),
          ...(key ? ['--key', key.document.source] : []),
        ],
      ],
    },
    consequences: [],
  };
}

function missingTrust(judge: Stand, shown: Stand): SidedFinding {
  const { leaf } = shown;
  return {
    code: 'UNTRUSTED_ROOT',
    severity: 'error',
    subject: judge.sources.join(', '),
    cause: `the ${judge.side} trusts nobody: no CA certificate is among what it has`,
    evidence: leaf
      ? [
          {
            source: placeOf(leaf),
            field: `issuer of the ${shown.side}’s certificate`,
            value: formatDn(leaf.certificate.issuer),
          },
        ]
      : [],
    remedy: { text: `give the ${judge.side} the root of the other side, as ca.crt`, commands: [] },
    consequences: [],
    refusedBy: judge.side,
    alert: 'unknown_ca',
  };
}

/**
 * Servers name the CAs that they trust; Go and Java send no certificate at all where none of them
 * issued theirs (RFC 8446 §4.2.4).
 */
function hintDrafts(client: Stand, server: Stand): readonly SidedFinding[] {
  const { leaf, pile } = client;
  if (!leaf || server.roots.length === 0) return [];
  const named = new Set(server.roots.map(({ subjectDer }) => nameKey(subjectDer)));
  const document = leaf.places[0]?.document;
  const sent = document ? pile.certificatesIn(document) : [leaf];
  if (sent.some(({ certificate }) => named.has(nameKey(certificate.issuerDer)))) return [];
  return [
    {
      code: 'CA_NOT_NAMED',
      severity: 'warning',
      subject: placeOf(leaf),
      cause: `the server names the CAs that it trusts, and none of them issued what the client sends: Go and Java clients then send no certificate at all`,
      clause: 'RFC 8446 §4.2.4',
      evidence: [
        { source: placeOf(leaf), field: 'issuer', value: formatDn(leaf.certificate.issuer) },
        ...server.roots.map((root) => ({
          field: 'the server names',
          value: formatDn(root.subject),
        })),
      ],
      remedy: {
        text: 'send the intermediates with the client’s certificate, so that the chain reaches a CA that is named',
        commands: [],
      },
      consequences: [],
    },
  ];
}

function stepsOf(
  client: Stand,
  server: Stand,
  findings: readonly SidedFinding[],
  { host }: WhySettings,
): readonly PaperStep[] {
  const verdict = (by: Side): string => {
    const refusal = findings.find(
      ({ severity, refusedBy }) => severity === 'error' && refusedBy === by,
    );
    if (!refusal) return 'accepts';
    return `refuses${refusal.alert === undefined ? '' : `, alert ${refusal.alert}`}: ${refusal.cause}`;
  };
  return [
    {
      from: 'client',
      message: 'ClientHello',
      says: host ? `asks for ${quoteForeign(host.value)}` : 'asks for no name',
    },
    { from: 'server', message: 'Certificate', says: chainText(server) },
    {
      from: 'server',
      message: 'CertificateRequest',
      says:
        server.roots.length === 0
          ? 'names no CA'
          : `names ${server.roots.map(({ subject }) => quoteForeign(formatDn(subject))).join(', ')}`,
    },
    { from: 'client', message: 'verdict', says: verdict('client') },
    { from: 'client', message: 'Certificate', says: chainText(client) },
    { from: 'server', message: 'verdict', says: verdict('server') },
  ];
}

function chainText({ leaf, pile }: Stand): string {
  const document = leaf?.places[0]?.document;
  if (!leaf || !document) return 'none';
  const sent = pile.certificatesIn(document);
  return sent.map(({ certificate }) => quoteForeign(certificateTitle(certificate))).join(', ');
}
