// What a server or client hands over: the leaf first, its CAs in order, no root, nothing else.
import { quoteForeign } from '../../base/text.ts';
import { formatDn } from '../../name/dn.ts';
import { isSelfIssued } from '../../verify/names.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Bench } from '../judge.ts';
import type { CertificateNode, Pile } from '../pile.ts';
import { isNamedTrust, purposesOf, sideOf } from '../roles.ts';

/**
 * How a leaf that is sound is delivered.
 *
 * @param leaf one whose chain holds with all that is here
 */
export function deliveryDrafts(leaf: CertificateNode, bench: Bench): readonly Draft[] {
  const documents = leaf.places.map(({ document }) => document);
  // What is cut off may have been whole
  if (documents.some(({ troubles }) => troubles.length > 0)) return [];
  const [first] = documents;
  if (!first || bench.trust.anchors.length === 0) return [];
  const orders = documents.flatMap((document) => orderDrafts(leaf, document, bench));
  const missing = placesOfWork(leaf, documents, bench).flatMap((ofOne): readonly Draft[] => {
    const [one] = ofOne;
    const whole = ofOne.some((document) => isWhole(leaf, document, bench));
    return one === undefined || whole ? [] : missingDrafts(leaf, one, bench);
  });
  return [...orders, ...missing];
}

/** Where the leaf lies with its key it is loaded; copies elsewhere serve no handshake. */
function placesOfWork(
  leaf: CertificateNode,
  documents: readonly Document[],
  { pile }: Bench,
): readonly (readonly Document[])[] {
  const byContainer = new Map<string, Document[]>();
  for (const document of documents)
    byContainer.set(document.container, [...(byContainer.get(document.container) ?? []), document]);
  const groups = [...byContainer.values()];
  const keyed = new Set(
    pile.withKey(leaf.certificate.publicKey).keys.map(({ document }) => document.container),
  );
  const working = groups.filter(([one]) => one !== undefined && keyed.has(one.container));
  return working.length > 0 ? working : [documents];
}

/** Whether what the document holds leads up to a trusted root. */
function isWhole(leaf: CertificateNode, document: Document, bench: Bench): boolean {
  const { settings } = bench;
  const { certificate } = leaf;
  const side = sideOf(certificate, [document], settings.side);
  const [purpose = 'any'] = purposesOf(certificate, side);
  const others = issuersIn(document, bench);
  if (bench.presented(purpose)(certificate, others).ok) return true;
  // A file of CAs beside it is what peers load: what stands in there needs no sending
  const beside = trustedBeside(document, bench);
  return bench.presented(purpose)(certificate, [...others, ...beside]).ok;
}

const besides = new WeakMap<Bench, Map<string, readonly Certificate[]>>();

/** The CAs in the files of roots that stand with a document. */
function trustedBeside(document: Document, bench: Bench): readonly Certificate[] {
  let known = besides.get(bench);
  if (!known) besides.set(bench, (known = new Map<string, readonly Certificate[]>()));
  let found = known.get(document.container);
  if (!found) {
    found = bench.pile
      .besides(document)
      .filter((one) => holdsRoot(one, bench) && isNamedOrAllIssuers(one, bench))
      .flatMap((one) => issuersIn(one, bench));
    known.set(document.container, found);
  }
  return found;
}

/** A chain that carries its root along is no file of roots. */
function isNamedOrAllIssuers(document: Document, { pile }: Bench): boolean {
  return pile.certificatesIn(document).every(({ isIssuer }) => isIssuer) || isNamedTrust(document);
}

function issuersIn(document: Document, { pile }: Bench): readonly Certificate[] {
  return pile
    .certificatesIn(document)
    .filter(({ isIssuer }) => isIssuer)
    .map(({ certificate }) => certificate);
}

function holdsRoot(document: Document, { pile, trust }: Bench): boolean {
  return pile.certificatesIn(document).some(({ certificate }) => trust.trusted.has(certificate));
}

function missingDrafts(leaf: CertificateNode, document: Document, bench: Bench): readonly Draft[] {
  const { pile, settings } = bench;
  const { certificate } = leaf;
  const side = sideOf(certificate, [document], settings.side);
  const [purpose = 'any'] = purposesOf(certificate, side);
  const result = bench.whole(purpose, false)(certificate);
  if (!result.ok) return [];
  const sent = new Set(issuersIn(document, bench));
  const missing = result.path.certificates.slice(1).filter((one) => !sent.has(one));
  const lying = missing.map((one) => ({
    one,
    places: pile.nodeOf(one)?.places ?? [],
  }));
  // Servers such as Apache take the CAs from a file of their own
  const apart = lying.every(({ places }) =>
    places.some(
      (place) =>
        place.document.container === document.container &&
        pile.certificatesIn(place.document).every(({ isIssuer }) => isIssuer),
    ),
  );
  const names = missing.map((one) => quoteForeign(certificateTitle(one))).join(', ');
  return [
    {
      code: apart ? 'INTERMEDIATE_APART' : 'INTERMEDIATE_MISSING',
      severity: apart ? 'warning' : 'error',
      subject: document.place,
      cause: `the chain is not whole: ${names} must be sent with ${quoteForeign(certificateTitle(certificate))}, and is not in its file`,
      clause: 'RFC 8446 §4.4.2',
      evidence: [
        { source: document.place, field: 'issuer', value: formatDn(certificate.issuer) },
        ...lying.flatMap(({ one, places }) =>
          places.slice(0, 1).map((place) => ({
            source: place.document.place,
            field: 'holds',
            value: certificateTitle(one),
          })),
        ),
      ],
      about: document,
      depth: DEPTH.presentation,
    },
  ];
}

/** More certificates of a chain than these are not shown. */
const MOST_SHOWN = 16;

const several = new WeakMap<Document, boolean>();

function hasSeveralLeaves(document: Document, pile: Pile): boolean {
  let known = several.get(document);
  if (known === undefined) {
    const leaves = pile.certificatesIn(document).filter(({ isIssuer }) => !isIssuer);
    several.set(document, (known = leaves.length > 1));
  }
  return known;
}

/** Order, roots and strangers in a document that begins with, or holds, this leaf. */
function orderDrafts(leaf: CertificateNode, document: Document, bench: Bench): readonly Draft[] {
  const held = bench.pile.certificatesIn(document);
  if (held.length < 2 || isNamedTrust(document)) return [];
  // Key stores put chains together by themselves, and keytool wants the root in them
  if ((document.stores ?? []).length > 0) return [];
  const base = { subject: document.place, about: document, depth: DEPTH.presentation } as const;
  // A file of several leaves is an archive, and nobody's chain
  if (held[0] !== leaf && hasSeveralLeaves(document, bench.pile)) return [];
  const order = held.slice(0, MOST_SHOWN).map(({ certificate }, index) => ({
    source: document.place,
    field: `certificate ${index + 1}`,
    value: certificateTitle(certificate),
  }));
  if (held[0] !== leaf) {
    return [
      {
        ...base,
        code: 'CHAIN_ORDER',
        severity: 'error',
        cause: `${quoteForeign(certificateTitle(leaf.certificate))} is not the first certificate of its file: servers take the first for their own`,
        clause: 'RFC 8446 §4.4.2',
        evidence: order,
      },
    ];
  }
  const drafts: Draft[] = [];
  const chain = chainFrom(leaf, held);
  const inOrder = chain.every((node, index) => held[index] === node);
  const strangers = held.filter((node) => !chain.includes(node));
  if (!inOrder)
    drafts.push({
      ...base,
      code: 'CHAIN_ORDER',
      severity: 'warning',
      cause: 'the certificates are out of order: each must be followed by its issuer',
      clause: 'RFC 5246 §7.4.2',
      evidence: order,
    });
  else if (strangers.length > 0)
    drafts.push({
      ...base,
      code: 'CHAIN_STRANGER',
      severity: 'warning',
      cause: `${quoteForeign(certificateTitle((strangers[0] as CertificateNode).certificate))} is in the file and no part of the chain`,
      clause: 'RFC 8446 §4.4.2',
      evidence: order,
    });
  const root = chain.find(({ certificate }, index) => index > 0 && isSelfIssued(certificate));
  if (root)
    drafts.push({
      ...base,
      code: 'ROOT_IN_CHAIN',
      severity: 'warning',
      cause: `the root ${quoteForeign(certificateTitle(root.certificate))} is sent along: peers have it or do not trust it, and some checks count it`,
      clause: 'RFC 8446 §4.4.2',
      evidence: order,
    });
  return drafts;
}

/** The leaf, its issuer among these, and so on: by names, as a reader would. */
function chainFrom(
  leaf: CertificateNode,
  held: readonly CertificateNode[],
): readonly CertificateNode[] {
  const chain: CertificateNode[] = [leaf];
  while (chain.length < MOST_SHOWN) {
    const end = chain[chain.length - 1] as CertificateNode;
    if (isSelfIssued(end.certificate)) return chain;
    const next = held.find(
      (node) =>
        !chain.includes(node) &&
        Buffer.compare(node.certificate.subjectDer, end.certificate.issuerDer) === 0,
    );
    if (!next) return chain;
    chain.push(next);
  }
  return chain;
}
