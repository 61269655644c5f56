// The way out of each finding: a command wherever one mends it.
import { dirname } from 'node:path';
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { isSelfIssued } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { ERRORS, FAULTS, PILE } from './catalogue.ts';
import { PILE_CODES, type FindingCode, type PileCode } from './codes.ts';
import type { Document } from './document.ts';
import type { Draft } from './draft.ts';
import type { Remedy } from './finding.ts';
import { caWithKey, hasSigned, issuerAmong } from './home-ca.ts';
import type { Bench } from './judge.ts';
import type { CertificateNode } from './pile.ts';
import { documentsCalled } from './neighbours.ts';
import { anewRemedy, newFolder } from './remedy-anew.ts';
import { handsFor, handTrusted, type Hand } from './remedy-hands.ts';
import { issueAgain, renewal } from './remedy-issue.ts';
import { storeRemedy } from './remedy-stores.ts';
import { OWN_KEY } from './rules/keys.ts';
import { isNamedTrust } from './roles.ts';

/** Mended by writing what is here in another way. */
const WRITTEN_ANEW: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'INTERMEDIATE_MISSING',
  'INTERMEDIATE_APART',
  'CHAIN_ORDER',
  'CHAIN_STRANGER',
  'ROOT_IN_CHAIN',
  'TRUST_HOLDS_LEAF',
  'TRUST_HOLDS_KEY',
  'PEM_FORM',
  'SECRET_ENCODED_TWICE',
  'SECRET_TYPE',
  'SIDES_SWAPPED',
]);

/** Nothing is wrong with the certificate itself, only with what it is called. */
const TOLD_ALONE: ReadonlySet<FindingCode> = new Set<FindingCode>(['KEY_ORPHAN', 'NOT_JUDGED']);

/** What mends a draft: the nearest way, by what is at hand. */
export function remedyFor(draft: Draft, bench: Bench): Remedy {
  const { code } = draft;
  const means = draft.hint ?? explained(code, isIssuer(draft, bench));
  if (TOLD_ALONE.has(code)) return { text: means, commands: [] };
  const ofStore = storeRemedy(draft, bench, means);
  if (ofStore) return ofStore;
  const written =
    WRITTEN_ANEW.has(code) &&
    draft.leaf === undefined &&
    !(code === 'TRUST_HOLDS_LEAF' && draft.severity === 'error');
  if (written || isMendedByWriting(draft, bench)) return fixRemedy(bench);
  if (code === 'CRL_STALE') return crlRemedy(draft, bench) ?? elsewhere(draft, bench, means);
  if (code === 'KEY_ENCRYPTED') return passphraseRemedy(draft, bench);
  return (
    ofLeaf(draft, bench) ??
    ofAuthority(draft, bench) ??
    ofDocument(draft, bench) ??
    elsewhere(draft, bench, means)
  );
}

function explained(code: FindingCode, ofCa: boolean): string {
  if ((PILE_CODES as readonly string[]).includes(code)) return PILE[code as PileCode].remedy;
  if (code in FAULTS) {
    const { remedy, remedyOfCa } = FAULTS[code as keyof typeof FAULTS];
    return ofCa ? (remedyOfCa ?? remedy) : remedy;
  }
  return ERRORS[code as keyof typeof ERRORS].remedy;
}

function nodeOf({ about }: Draft, { pile }: Bench): CertificateNode | undefined {
  return pile.nodeOf(about as Certificate);
}

function isIssuer(draft: Draft, bench: Bench): boolean {
  return nodeOf(draft, bench)?.isIssuer === true;
}

function fixRemedy(bench: Bench): Remedy {
  const { passphraseFile, sources } = bench.settings;
  const folder = newFolder(bench);
  return {
    text: 'write the set anew, in order, into a new folder',
    commands: [
      [
        'mtls',
        'doctor',
        ...sources,
        '--fix',
        folder,
        ...(passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]),
      ],
    ],
    folder,
  };
}

function passphraseRemedy(draft: Draft, bench: Bench): Remedy {
  const fix = fixRemedy(bench);
  if (bench.settings.passphraseFile !== undefined) return fix;
  const again = draft.leaf && issueFor(draft.leaf, draft, bench);
  if (again)
    return { ...again, text: `${again.text}, with a key that is not encrypted, if that may be` };
  return {
    ...fix,
    text: 'give its passphrase, or write it without one, which whoever reads the file can then use',
    commands: fix.commands.map((line) => [...line, '--passphrase-file', 'passphrase.txt']),
  };
}

/** A key that lies under another name, or a root that lies elsewhere, only has to be put in place. */
function isMendedByWriting({ code, subject, evidence }: Draft, { pile }: Bench): boolean {
  if (code === 'KEY_MISMATCH')
    return evidence.some(({ field, value }) => field === OWN_KEY && value !== '');
  if (code !== 'TRUST_WITHOUT_ROOT') return false;
  const held = documentsCalled(subject, pile).flatMap((one) => pile.certificatesIn(one));
  return held.some(({ certificate }) => leadsToRoot(certificate, pile));
}

function leadsToRoot(certificate: Certificate, pile: Bench['pile']): boolean {
  for (let at = certificate, steps = 0; steps < 16; steps++) {
    const issuer = pile.named(at.issuerDer).find((one) => hasSigned(one.certificate, at));
    if (!issuer) return false;
    if (isSelfIssued(issuer.certificate)) return true;
    at = issuer.certificate;
  }
  return false;
}

function crlRemedy({ subject, about }: Draft, { pile, settings }: Bench): Remedy | undefined {
  const node = pile.crls.find(({ crl }) => crl === about);
  for (const { certificate } of node ? pile.named(node.crl.issuerDer) : []) {
    const ca = caWithKey(settings.homeCas(), certificate);
    if (ca?.signs === true)
      return {
        text: 'issue the next list',
        commands: [['mtls', 'ca', 'crl', ca.name, ...ca.home, '--out', subject, '--force']],
      };
  }
  return undefined;
}

/** A leaf is to blame, or needs a certificate for a key that is to blame. */
function ofLeaf(draft: Draft, bench: Bench): Remedy | undefined {
  const node = draft.leaf ?? nodeOf(draft, bench);
  return node && !node.isIssuer ? issueFor(node, draft, bench) : undefined;
}

function issueFor(leaf: CertificateNode, draft: Draft, bench: Bench): Remedy | undefined {
  const renewed = renewal(leaf, draft, bench);
  if (renewed) return renewed;
  const believed = rootBeside(leaf, draft, bench);
  if (believed) return believed;
  for (const hand of handsFor(leaf.certificate, bench)) {
    const lines = issueAgain(leaf, hand, bench);
    if (lines)
      return {
        text:
          hand.prepare.length > 0
            ? 'take its CA into the home, and issue it again'
            : 'issue it again',
        commands: [...hand.prepare, ...lines.commands],
        ...(lines.folder !== undefined && { folder: lines.folder }),
      };
  }
  return undefined;
}

/** Its CA is at hand, and the root of that nowhere here: it is laid beside what is trusted. */
function rootBeside(leaf: CertificateNode, { code }: Draft, bench: Bench): Remedy | undefined {
  if (code !== 'ISSUER_NOT_FOUND') return undefined;
  const { pile, settings } = bench;
  const ca = issuerAmong(settings.homeCas(), leaf.certificate);
  const root = ca?.path[ca.path.length - 1];
  const [place] = leaf.places;
  if (!ca || !root || !place || place.document.object || pile.named(root.subjectDer).length > 0)
    return undefined;
  const file = `${dirname(place.document.source)}/${ca.name}-ca.crt`;
  const again =
    ca.signs && ca.path.length > 1 ? issueAgain(leaf, { ...ca, prepare: [] }, bench) : undefined;
  return {
    text: 'lay its root beside the others, and have the other side load it',
    commands: [
      ['mtls', 'ca', 'export', ca.name, ...ca.home, '--out', file],
      ...(again?.commands ?? []),
    ],
  };
}

/** A CA is to blame: the right one is put in its place, or another is made where that can be. */
function ofAuthority(draft: Draft, bench: Bench): Remedy | undefined {
  const node = nodeOf(draft, bench);
  if (!node?.isIssuer) return undefined;
  return (
    rightOne(draft, node, bench) ?? belowTrusted(draft, node, bench) ?? belowParent(node, bench)
  );
}

/** Leaves that hang on nothing here, and whose true CA is at hand. */
function rightOne(draft: Draft, node: CertificateNode, bench: Bench): Remedy | undefined {
  if (draft.code !== 'CA_SAME_NAME' && draft.code !== 'UNTRUSTED_ROOT') return undefined;
  const { pile, settings } = bench;
  const leaves = hitLeaves(draft, bench);
  const [first] = leaves;
  const ca = first && issuerAmong(settings.homeCas(), first.certificate);
  if (!ca) return undefined;
  const what = isSelfIssued(node.certificate) ? 'root' : 'certificate';
  const lines = node.places.flatMap(({ document }) =>
    pile.certificatesIn(document).length === 1 && document.object === undefined
      ? [
          [
            ...['mtls', 'ca', 'export', ca.name, ...ca.home, '--what', what],
            ...['--out', document.source, '--force'],
          ],
        ]
      : [],
  );
  return lines.length > 0
    ? { text: 'put the CA that issued it in its place', commands: lines }
    : undefined;
}

/** The trusted CA is at hand: what does not hang on it is issued below it. */
function belowTrusted(draft: Draft, node: CertificateNode, bench: Bench): Remedy | undefined {
  const hand = handTrusted(node.certificate, bench);
  return hand && reissued(hitLeaves(draft, bench), hand, bench, [], 'issue again what hangs on it');
}

function hitLeaves({ hits = [] }: Draft, { pile }: Bench): readonly CertificateNode[] {
  const places = new Set(hits.map(({ subject }) => subject));
  return pile.certificates.filter(
    ({ isIssuer: ca, places: lies }) =>
      !ca && lies.some(({ document }) => places.has(document.place)),
  );
}

/** An intermediate that is bad, below a CA that is at hand and good: another in its place. */
function belowParent(node: CertificateNode, bench: Bench): Remedy | undefined {
  const { certificate } = node;
  if (isSelfIssued(certificate)) return undefined;
  const [parent] = handsFor(certificate, bench).filter(({ path }) => path.length === 1);
  if (!parent) return undefined;
  const { settings, pile } = bench;
  const taken = settings.homeCas().map(({ name }) => name);
  const name = freeName('intermediate', [...taken, parent.name]);
  const leaves = pile.certificates.filter(
    (one) => !one.isIssuer && hasSigned(certificate, one.certificate),
  );
  const made: Hand = { ...parent, name, prepare: [] };
  const subject = formatDn(certificate.subject);
  const create = [
    ...['mtls', 'ca', 'intermediate', name, '--ca', parent.name, ...parent.home],
    ...(subject === '' ? [] : ['--subject', subject]),
    '--no-passphrase',
  ];
  const own = node.places.flatMap(({ document }) =>
    document.object === undefined && pile.certificatesIn(document).length === 1
      ? [
          [
            ...['mtls', 'ca', 'export', name, ...parent.home, '--what', 'certificate'],
            ...['--out', document.source, '--force'],
          ],
        ]
      : [],
  );
  return reissued(
    leaves,
    made,
    bench,
    [...parent.prepare, create, ...own],
    'make another CA in its place, and issue again what hangs on it',
  );
}

function reissued(
  leaves: readonly CertificateNode[],
  hand: Hand,
  bench: Bench,
  before: readonly (readonly string[])[],
  text: string,
): Remedy | undefined {
  if (leaves.length === 0 || leaves.length > MOST_LEAVES) return undefined;
  const lines = leaves.map((leaf) => issueAgain(leaf, hand, bench));
  if (lines.some((one) => one === undefined)) return undefined;
  return {
    text,
    commands: [...hand.prepare, ...before, ...lines.flatMap((one) => one?.commands ?? [])],
  };
}

/** More than these nobody pastes. */
const MOST_LEAVES = 20;

function freeName(wanted: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** A file is to blame: what belongs there is at hand. */
function ofDocument(draft: Draft, bench: Bench): Remedy | undefined {
  const { pile, settings } = bench;
  const [document] = documentsCalled(draft.subject, pile);
  const unread = document?.parts.length === 0 || draft.code === 'TRUST_HOLDS_LEAF';
  if (!document || document.object !== undefined || !unread) return undefined;
  const cas = settings.homeCas();
  if (isNamedTrust(document)) {
    const ca = cas.find((one) =>
      pile.certificates.some(({ certificate }) => hasSigned(one.path[0], certificate)),
    );
    return (
      ca && {
        text: 'write the root there again',
        commands: [
          ['mtls', 'ca', 'export', ca.name, ...ca.home, '--out', document.source, '--force'],
        ],
      }
    );
  }
  for (const ca of cas) {
    const serial = ca.signs ? ca.issuedInto(document.source) : undefined;
    if (serial !== undefined)
      return {
        text: 'renew what was issued into it',
        commands: [['mtls', 'renew', serial, '--ca', ca.name, ...ca.home]],
      };
  }
  return undefined;
}

/** Where nothing here can sign: who could, and a whole new set for where that is all. */
function elsewhere(draft: Draft, bench: Bench, means: string): Remedy {
  const node = draft.leaf ?? nodeOf(draft, bench);
  const who =
    node && !node.isIssuer
      ? `have ${quoteForeign(formatDn(node.certificate.issuer))} issue it again`
      : means;
  const anew = anewRemedy(secretOf(draft, bench), bench);
  return {
    ...anew,
    text: `${who}; where this set is all that hangs on it, make a new one, and give its ca.crt to every peer`,
  };
}

/** The Secret that is to be written anew as well. */
function secretOf(draft: Draft, { pile }: Bench): Document | undefined {
  return documentsCalled(draft.subject, pile).find(({ object }) => object?.kind === 'Secret');
}
