// Whether a certificate would be believed, and if not, what of all that is here is to blame.
import { bytesEqual } from '../base/bytes.ts';
import { formatTime } from '../base/clock.ts';
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { verifySignature } from '../crypto/verify.ts';
import { isSelfIssued, sameName } from '../verify/names.ts';
import { faultOf, type PathFault } from '../verify/fault.ts';
import { svidFaults } from '../verify/spiffe.ts';
import type { Identity, Purpose, VerifyResult } from '../verify/types.ts';
import { checkPoint } from '../verify/checks.ts';
import { verifierOf, type Verifier } from '../verify/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import { DEPTH, type Draft } from './draft.ts';
import { blockOf, factsOf, namesText, placeOf, subjectOf } from './evidence.ts';
import type { CertificateNode, Pile } from './pile.ts';
import { purposesOf, sideOf } from './roles.ts';
import type { DoctorSettings } from './settings.ts';
import type { Trust } from './trust.ts';

/** What stays the same from leaf to leaf. */
export interface Bench {
  readonly pile: Pile;
  readonly trust: Trust;
  readonly settings: DoctorSettings;
  /** With every CA that is here. */
  readonly whole: (purpose: Purpose, hosts: boolean) => Verifier;
  /** Whether any leaf of the pile leads up to a trusted root: then the root is the right one. */
  readonly anyoneBelieved: () => boolean;
  /** With the CAs that are handed over, alone. */
  readonly presented: (purpose: Purpose) => Verifier;
}

export function benchOf(pile: Pile, trust: Trust, settings: DoctorSettings): Bench {
  const { anchors, others } = trust;
  const { at, identities } = settings;
  const crls = pile.crls.map(({ crl }) => crl);
  const made = new Map<string, Verifier>();
  const kept = (name: string, make: () => Verifier): Verifier => {
    let verifier = made.get(name);
    if (!verifier) made.set(name, (verifier = make()));
    return verifier;
  };
  const ofSide = (hosts: boolean): readonly Identity[] =>
    identities.filter(({ kind }) => hosts || kind === 'spiffe' || kind === 'trustDomain');
  let believed: boolean | undefined;
  const whole: Bench['whole'] = (purpose, hosts) =>
    kept(`whole ${purpose} ${String(hosts)}`, () =>
      verifierOf({ anchors, untrusted: others, at, purpose, crls, identity: ofSide(hosts) }),
    );
  return {
    pile,
    trust,
    settings,
    whole,
    anyoneBelieved: () =>
      (believed ??= pile.certificates.some(
        ({ certificate, isIssuer }) => !isIssuer && whole('any', false)(certificate).ok,
      )),
    presented: (purpose) =>
      kept(`presented ${purpose}`, () => verifierOf({ anchors, at, purpose })),
  };
}

/** What is wrong with a leaf's chain as far as everything here can help it; none where it holds. */
export function judgeChain(leaf: CertificateNode, bench: Bench): readonly Draft[] {
  const { certificate } = leaf;
  const side = sideOf(
    certificate,
    leaf.places.map(({ document }) => document),
    bench.settings.side,
  );
  const drafts: Draft[] = [];
  for (const purpose of purposesOf(certificate, side)) {
    const result = resultFor(certificate, bench, purpose, side !== 'client');
    const faults = result.ok ? ownFaults(result, certificate) : faultsOf(result);
    for (const fault of faults) drafts.push(draftOf(fault, leaf, bench, side));
    if (faults.length > 0) break;
  }
  return drafts;
}

function resultFor(
  certificate: Certificate,
  { trust, whole, settings }: Bench,
  purpose: Purpose,
  hosts: boolean,
): VerifyResult {
  if (trust.anchors.length > 0) return whole(purpose, hosts)(certificate);
  // Nobody to trust: what it says of itself can still be judged
  const self = {
    subjectDer: certificate.subjectDer,
    publicKey: certificate.publicKey,
    certificate,
  };
  const identity = hosts ? settings.identities : [];
  return verifierOf({ anchors: [self], at: settings.at, purpose, identity })(certificate);
}

/** The faults of the best attempt that are no consequence of one another. */
function faultsOf(result: VerifyResult): readonly PathFault[] {
  if (result.ok) return [];
  const [best] = result.attempts;
  const own = best?.faults.filter(({ code }) => code !== result.fault.code) ?? [];
  const chain = new Set(['ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT', 'BAD_SIGNATURE']);
  return chain.has(result.fault.code)
    ? [result.fault]
    : [result.fault, ...own.filter(({ code }) => !chain.has(code))];
}

/**
 * What no path hangs on: a leaf's own key, and, as one with a SPIFFE ID is used as an X509-SVID, that
 * it and its CAs keep that standard.
 */
function ownFaults(result: VerifyResult, leaf: Certificate): readonly PathFault[] {
  const spiffe = leaf.names.some(
    (name) => name.kind === 'uri' && name.value.toLowerCase().startsWith('spiffe:'),
  );
  if (!result.ok) return [];
  const pointless = checkPoint({ certificate: leaf, position: 0, role: 'leaf' });
  if (pointless) return [pointless];
  if (!spiffe) return [];
  const { certificates, anchor } = result.path;
  const chain = anchor.certificate ? [...certificates, anchor.certificate] : certificates;
  const faults = svidFaults(chain);
  return faults.length > 0 ? faults : foreignDomain(chain);
}

/** A CA that names its trust domain vouches for no other (SPIFFE-ID §2.1). */
function foreignDomain([leaf, ...cas]: readonly Certificate[]): readonly PathFault[] {
  const own = leaf && domainOf(leaf);
  if (!leaf || own === undefined) return [];
  for (const ca of cas) {
    const domain = domainOf(ca);
    if (domain !== undefined && domain !== own)
      return [
        faultOf(
          { certificate: leaf, position: 0, role: 'leaf' },
          'SPIFFE_MISMATCH',
          `has a SPIFFE ID of the trust domain ${quoteForeign(own)}, and its CA ${quoteForeign(certificateTitle(ca))} is of ${quoteForeign(domain)}`,
          'SPIFFE-ID §2.1',
        ),
      ];
  }
  return [];
}

function domainOf({ names }: Certificate): string | undefined {
  for (const name of names) {
    const found = name.kind === 'uri' ? /^spiffe:\/\/([^/?#]+)/i.exec(name.value)?.[1] : undefined;
    if (found !== undefined) return found.toLowerCase();
  }
  return undefined;
}

function draftOf(
  fault: PathFault,
  leaf: CertificateNode,
  bench: Bench,
  side: 'server' | 'client' | undefined,
): Draft {
  const culprit = fault.certificate ?? leaf.certificate;
  const own = culprit === leaf.certificate;
  const chain = chainDraft(fault, culprit, leaf, bench);
  if (chain) return chain;
  const place = subjectOf(culprit, bench.pile) ?? subjectOf(leaf.certificate, bench.pile) ?? '';
  const clock = { field: 'judged at', value: formatTime(bench.settings.at) };
  const dated = fault.code === 'EXPIRED' || fault.code === 'NOT_YET_VALID';
  return {
    code: fault.code,
    severity: 'error',
    subject: place,
    cause: fault.message,
    clause: fault.clause,
    evidence: [
      ...factsOf(culprit, fault.code).map((fact) => ({ source: blockIn(culprit, bench), ...fact })),
      ...(dated ? [clock] : []),
      ...(side ? [{ field: 'used as', value: side }] : []),
    ],
    about: culprit,
    depth: own ? DEPTH.leaf : isSelfIssued(culprit) ? DEPTH.root : DEPTH.intermediate,
    ...(!own && { hits: [hitOf(leaf, bench)] }),
  };
}

function blockIn(certificate: Certificate, { pile }: Bench): string | undefined {
  const node = pile.nodeOf(certificate);
  return node && blockOf(node);
}

function hitOf(leaf: CertificateNode, { pile }: Bench) {
  return {
    subject: subjectOf(leaf.certificate, pile) ?? '',
    cause: `${quoteForeign(certificateTitle(leaf.certificate))} is not believed because of it`,
  };
}

/** Why a chain does not reach a root, told by what else is here. */
function chainDraft(
  fault: PathFault,
  culprit: Certificate,
  leaf: CertificateNode,
  bench: Bench,
): Draft | undefined {
  const { pile, trust } = bench;
  if (!['BAD_SIGNATURE', 'ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT'].includes(fault.code))
    return undefined;
  const own = culprit === leaf.certificate;
  const subject = subjectOf(culprit, pile) ?? subjectOf(leaf.certificate, pile) ?? '';
  const issuer = formatDn(culprit.issuer);
  const base = {
    severity: 'error',
    about: culprit,
    subject,
    depth: DEPTH.presentation,
    clause: fault.clause,
    hits: own ? [] : [hitOf(leaf, bench)],
  } as const;
  const issued = { source: blockIn(culprit, bench), field: 'issuer', value: issuer };

  const named = pile.named(culprit.issuerDer).filter(({ certificate }) => certificate !== culprit);
  const signer = isSelfIssued(culprit)
    ? undefined
    : named.find(({ certificate }) => hasSigned(certificate, culprit));
  if (signer && !signer.isIssuer)
    return {
      ...base,
      code: 'NOT_A_CA',
      depth: own ? DEPTH.leaf : DEPTH.intermediate,
      cause: `${quoteForeign(certificateTitle(culprit))} was signed with the key of ${quoteForeign(certificateTitle(signer.certificate))}, which is no CA: nobody believes what it signs`,
      clause: 'RFC 5280 §6.1.4 (k)',
      evidence: [
        issued,
        { source: placeOf(signer), field: 'issuer’s names', value: namesText(signer.certificate) },
      ],
    };
  const namesakes = [...trust.trusted].filter(
    (root) => root !== signer?.certificate && sameName(root.subjectDer, culprit.issuerDer),
  );
  const imposters = signer
    ? namesakes.map((certificate) => ({
        certificate,
        place: subjectOf(certificate, pile) ?? subject,
      }))
    : named
        .filter(({ certificate }) => !isProvenIssuer(certificate, culprit))
        .map((node) => ({ certificate: node.certificate, place: placeOf(node) }));
  const [imposter] = imposters;
  if (
    imposter &&
    (signer !== undefined || imposters.length === named.length) &&
    !isSelfIssued(culprit)
  ) {
    const { certificate, place } = imposter;
    return {
      ...base,
      code: 'CA_SAME_NAME',
      about: certificate,
      subject: place,
      depth: isSelfIssued(certificate) ? DEPTH.root : DEPTH.intermediate,
      cause: `${quoteForeign(certificateTitle(certificate))} has the name of the issuer of ${quoteForeign(certificateTitle(culprit))}, and another key: it is not the CA that signed it`,
      evidence: [
        issued,
        ...keyIds(culprit, subject, certificate, place),
        ...(signer
          ? [
              {
                source: placeOf(signer),
                field: 'signed it',
                value: certificateTitle(signer.certificate),
              },
            ]
          : []),
      ],
      hits: [hitOf(leaf, bench)],
    };
  }
  if (fault.code === 'BAD_SIGNATURE' && !signer)
    return {
      ...base,
      code: 'BAD_SIGNATURE',
      depth: own ? DEPTH.leaf : DEPTH.intermediate,
      cause: `${quoteForeign(certificateTitle(culprit))} does not carry a good signature of its issuer: it was changed or damaged after it was signed`,
      evidence: [issued],
    };
  if (fault.code === 'UNTRUSTED_ROOT' && own)
    return {
      ...base,
      code: 'UNTRUSTED_ROOT',
      depth: DEPTH.leaf,
      cause: `${quoteForeign(certificateTitle(culprit))} signed itself, and nothing here trusts it`,
      evidence: [issued],
    };
  const roots = [...trust.trusted].map((root) => ({
    source: subjectOf(root, pile),
    field: 'trusted',
    value: certificateTitle(root),
  }));
  if (bench.settings.trustChosen === true && (fault.code === 'UNTRUSTED_ROOT' || signer))
    return {
      ...base,
      code: 'UNTRUSTED_ROOT',
      about: leaf.certificate,
      subject: subjectOf(leaf.certificate, pile) ?? subject,
      depth: DEPTH.leaf,
      cause: `${quoteForeign(certificateTitle(leaf.certificate))} was issued under ${quoteForeign(issuer)}, which is not among the trusted CAs`,
      evidence: [issued, ...roots],
      hits: [],
    };
  const [root] = trust.trusted;
  // An intermediate is there, so what lacks is above it; or nothing here hangs on this root
  const wrongRoot =
    root &&
    (fault.code === 'UNTRUSTED_ROOT' ||
      !own ||
      (!bench.anyoneBelieved() && !isProbablyBelow(culprit, root)));
  const place = root && subjectOf(root, pile);
  if (wrongRoot && place !== undefined && trust.trusted.size === 1)
    return {
      ...base,
      code: 'UNTRUSTED_ROOT',
      about: root,
      subject: place,
      depth: DEPTH.root,
      cause:
        fault.code === 'UNTRUSTED_ROOT'
          ? `it trusts ${quoteForeign(certificateTitle(root))}, and not ${quoteForeign(issuer)}, the root of ${quoteForeign(certificateTitle(leaf.certificate))}`
          : `it trusts ${quoteForeign(certificateTitle(root))}, and ${quoteForeign(certificateTitle(culprit))} was issued by ${quoteForeign(issuer)}: another root, or a CA below this one that is missing`,
      evidence: [issued, ...roots],
      hits: [hitOf(leaf, bench)],
    };
  if (fault.code === 'UNTRUSTED_ROOT')
    return {
      ...base,
      code: 'UNTRUSTED_ROOT',
      depth: DEPTH.root,
      cause: `${quoteForeign(certificateTitle(culprit))} is a root that is not among the trusted ones`,
      evidence: [issued, ...roots],
    };
  return {
    ...base,
    code: 'ISSUER_NOT_FOUND',
    depth: own ? DEPTH.leaf : DEPTH.intermediate,
    cause: `${quoteForeign(certificateTitle(culprit))} was issued by ${quoteForeign(issuer)}, which is not here: an intermediate is missing, or the trusted root is another`,
    evidence: [issued, ...roots],
  };
}

const RANKS_OF_CAS = /\b(?:intermediate|issuing|subordinate|sub|signing|inter|tier|level)\b/i;

/**
 * Whether the missing issuer is rather a CA below this root than another root: by what it calls
 * itself, else by what it has in common with the root's name.
 */
function isProbablyBelow({ issuer, notBefore }: Certificate, root: Certificate): boolean {
  if (notBefore < root.notBefore) return false;
  const name = formatDn(issuer);
  if (RANKS_OF_CAS.test(name)) return true;
  if (/\broot/i.test(name)) return false;
  const telling = (dn: typeof issuer) =>
    new Set(
      formatDn(dn)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word.length > 2 && !GENERIC.has(word)),
    );
  const [own, above] = [telling(issuer), telling(root.subject)];
  return [...own].some((word) => above.has(word));
}

/** What names of CAs share without belonging together. */
const GENERIC: ReadonlySet<string> = new Set([
  'root',
  'certificate',
  'authority',
  'internal',
  'test',
]);

function hasSigned(issuer: Certificate, child: Certificate): boolean {
  const { signatureAlgorithm: algorithm, tbs, signature } = child;
  return algorithm !== undefined && verifySignature(algorithm, issuer.publicKey, tbs, signature);
}

/** The key identifiers agree, so it is the very issuer, and the signature that is bad. */
function isProvenIssuer(issuer: Certificate, child: Certificate): boolean {
  const wanted = child.authorityKeyId?.keyId;
  return (
    wanted !== undefined &&
    issuer.subjectKeyId !== undefined &&
    bytesEqual(wanted, issuer.subjectKeyId)
  );
}

function keyIds(child: Certificate, childPlace: string, issuer: Certificate, issuerPlace: string) {
  const wanted = child.authorityKeyId?.keyId;
  const held = issuer.subjectKeyId;
  return [
    ...(wanted
      ? [{ source: childPlace, field: 'authority key identifier', value: hex(wanted) }]
      : []),
    ...(held ? [{ source: issuerPlace, field: 'subject key identifier', value: hex(held) }] : []),
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
