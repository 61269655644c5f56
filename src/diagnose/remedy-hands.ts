// CAs that can sign: those of a home, and those whose key lies in the pile.
import { basename } from 'node:path';
import { isSelfIssued } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { hasSigned, type HomeCa } from './home-ca.ts';
import type { Bench } from './judge.ts';
import { stemOf } from './roles.ts';

/** A CA that can issue, by the name that commands call it. */
export interface Hand {
  readonly name: string;
  readonly home: readonly string[];
  /** Its certificate, then those above it up to the root. */
  readonly path: readonly [Certificate, ...Certificate[]];
  /** What brings it to hand. */
  readonly prepare: readonly (readonly string[])[];
}

/** More CAs than these are not tried. */
const MOST_CAS = 64;

/** Who can issue a certificate again: who did, then whoever is trusted here. */
export function handsFor(certificate: Certificate, bench: Bench): readonly Hand[] {
  const all = handsOf(bench);
  const own = all.filter(({ path: [ca] }) => hasSigned(ca, certificate));
  const trusted = all.filter(({ path }) => bench.trust.trusted.has(rootOf(path, bench)));
  return [...new Set([...own, ...trusted])];
}

/** The CA that this root certificate is, if it can sign. */
export function handTrusted(root: Certificate, bench: Bench): Hand | undefined {
  return handsOf(bench).find(({ path }) => rootOf(path, bench) === root);
}

/** The pile's own object for the root of a path. */
function rootOf(path: Hand['path'], { pile }: Bench): Certificate {
  const root = path[path.length - 1] as Certificate;
  const same = pile.named(root.subjectDer).find(({ certificate }) => isSame(certificate, root));
  return same?.certificate ?? root;
}

function isSame(a: Certificate, b: Certificate): boolean {
  return a === b || Buffer.compare(a.der, b.der) === 0;
}

const known = new WeakMap<Bench, readonly Hand[]>();

function handsOf(bench: Bench): readonly Hand[] {
  let hands = known.get(bench);
  if (!hands) known.set(bench, (hands = [...homeHands(bench), ...pileHands(bench)]));
  return hands;
}

function homeHands({ settings }: Bench): readonly Hand[] {
  return settings
    .homeCas()
    .filter(({ signs, path }) => signs && isGood(path, settings.at))
    .map(({ name, home, path }) => ({ name, home, path, prepare: [] }));
}

/** CAs whose key lies in a file here: they can join a home. */
function pileHands(bench: Bench): readonly Hand[] {
  const { pile, settings } = bench;
  const hands: Hand[] = [];
  for (const key of pile.keys) {
    if (!key.publicKey || key.document.source === '-' || hands.length >= MOST_CAS) continue;
    const node = pile.withKey(key.publicKey).certificates.find(({ isIssuer }) => isIssuer);
    const home = settings.homeCas();
    if (!node || home.some(({ path: [ca] }) => isSame(ca, node.certificate))) continue;
    const path = pathUp(node.certificate, bench);
    const [file] = node.places.map(({ document }) => document.source);
    if (!path || file === undefined || file === '-' || !isGood(path, settings.at)) continue;
    const chain = path.length === 1 ? undefined : fileOf(path.slice(1), bench);
    if (path.length > 1 && chain === undefined) continue;
    const name = freeName(file, [...home, ...hands]);
    hands.push({
      name,
      home: [],
      path,
      prepare: [
        [
          ...['mtls', 'ca', 'import', name, '--cert', file, '--key', key.document.source],
          ...(chain === undefined ? [] : ['--chain', chain]),
          ...(key.encrypted && settings.passphraseFile !== undefined
            ? ['--passphrase-file', settings.passphraseFile]
            : []),
        ],
      ],
    });
  }
  return hands;
}

/** `rootCA` of `pki/rootCA.crt`, as the home takes it. */
function freeName(file: string, taken: readonly Pick<HomeCa, 'name'>[]): string {
  const wanted = stemOf(basename(file))
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const base = wanted === '' ? 'imported' : wanted.slice(0, 40);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (taken.every((one) => one.name !== name)) return name;
  }
}

function pathUp(
  certificate: Certificate,
  { pile }: Bench,
): readonly [Certificate, ...Certificate[]] | undefined {
  const path: [Certificate, ...Certificate[]] = [certificate];
  for (let at = certificate; !isSelfIssued(at);) {
    const issuer = pile
      .named(at.issuerDer)
      .find((one) => one.isIssuer && hasSigned(one.certificate, at));
    if (!issuer || path.includes(issuer.certificate)) return undefined;
    path.push((at = issuer.certificate));
  }
  return path;
}

/** One file that holds all of these. */
function fileOf(certificates: readonly Certificate[], { pile }: Bench): string | undefined {
  const [places] = certificates.map((one) => pile.nodeOf(one)?.places ?? []);
  return places
    ?.map(({ document }) => document)
    .find((document) => {
      const held = pile.certificatesIn(document).map(({ certificate }) => certificate);
      return certificates.every((one) => held.includes(one));
    })?.source;
}

/** What it signs now would be believed. */
function isGood(path: readonly Certificate[], at: Date): boolean {
  return path.every(
    ({ notBefore, notAfter, basicConstraints, keyUsage, publicKey, signatureAlgorithm }) =>
      notBefore <= at &&
      at <= notAfter &&
      basicConstraints?.ca === true &&
      (keyUsage === undefined || keyUsage.has('keyCertSign')) &&
      !(publicKey.kind === 'rsa' && publicKey.keyBits.length < 2048 / 8) &&
      signatureAlgorithm !== undefined &&
      !/sha-?1|md5/i.test(signatureAlgorithm.name),
  );
}
