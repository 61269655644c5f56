// A certificate issued again: for the same holder, in the same files.
import { dirname } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { formatIp } from '../name/ip.ts';
import { parseIdentityName } from '../name/san.ts';
import { parseSpiffeId } from '../name/spiffe.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';
import type { FindingCode } from './codes.ts';
import type { Document } from './document.ts';
import type { Draft } from './draft.ts';
import type { Remedy } from './finding.ts';
import type { Bench } from './judge.ts';
import { isAloneInFile } from './neighbours.ts';
import type { CertificateNode, Pile } from './pile.ts';
import type { Hand } from './remedy-hands.ts';
import { isNamedTrust, ownerOf, sideOf } from './roles.ts';
import type { DoctorSettings } from './settings.ts';

/** Fresh dates are all that is wanted. */
const RENEWED: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'EXPIRED',
  'EXPIRES_SOON',
  'NOT_YET_VALID',
  'KEY_ENCRYPTED',
]);

/** More names than this make no line to type. */
const MOST_NAMES = 20;

/** `mtls renew`, for what a CA of the home has on record. */
export function renewal(leaf: CertificateNode, draft: Draft, bench: Bench): Remedy | undefined {
  if (!RENEWED.has(draft.code)) return undefined;
  const { certificate } = leaf;
  for (const ca of bench.settings.homeCas())
    for (const { document } of leaf.places)
      if (ca.signs && document.object === undefined && ca.renews(certificate, document.source))
        return {
          text: 'renew it',
          commands: [['mtls', 'renew', document.source, '--ca', ca.name, ...ca.home]],
        };
  return undefined;
}

/** The command by which this CA issues it; undefined where it may not, or there is no place. */
export function issueAgain(
  leaf: CertificateNode,
  hand: Hand,
  bench: Bench,
): { readonly commands: readonly (readonly string[])[]; readonly folder?: string } | undefined {
  const { settings, pile } = bench;
  const { certificate } = leaf;
  const documents = leaf.places.map(({ document }) => document);
  const side = sideOf(certificate, documents, settings.side);
  const profile = profileOf(certificate, side);
  const asked = new Set(settings.identities.map(({ value }) => value));
  // What it named without leave it does without; what was asked for it must have
  const names = namesFor(certificate, settings, side !== 'client').filter(
    (name) => asked.has(name) || isIssuable([name], profile, hand, settings),
  );
  if (names.length === 0 || !isIssuable(names, profile, hand, settings)) return undefined;
  const document = documents.find((one) => !isNamedTrust(one)) ?? documents[0];
  if (!document || document.source === '-' || document.side !== undefined) return undefined;
  const by = ['--ca', hand.name, ...hand.home, '--profile', profile];
  if (document.object) return intoSecret(document, names, by, pile);
  const copies = documents.filter(
    (one) =>
      one !== document &&
      one.container === document.container &&
      one.object === undefined &&
      !isNamedTrust(one) &&
      pile.keysIn(one).length === 0,
  );
  return {
    commands: [
      [
        ...['mtls', 'issue', ...names, ...by],
        ...['--cert-out', document.source],
        ...['--key-out', keyFileFor(leaf, document, pile)],
        '--force',
      ],
      // certbot's cert.pem beside fullchain.pem
      ...copies.map(({ source }) => ['cp', document.source, source]),
    ],
  };
}

function intoSecret(
  document: Document,
  names: readonly string[],
  by: readonly string[],
  pile: Pile,
) {
  const { object, source } = document;
  if (object?.kind !== 'Secret' || object.name === undefined) return undefined;
  const alone = isAloneInFile(document, pile);
  const file = alone ? source : `${dirname(source)}/${object.name}-mended.yaml`;
  return {
    commands: [
      [
        ...['mtls', 'k8s', 'secret', object.name, '--issue', ...names, ...by],
        ...(object.namespace === undefined ? [] : ['--namespace', object.namespace]),
        ...['--file', file],
        ...(alone ? ['--force'] : []),
      ],
    ],
    ...(!alone && { folder: file }),
  };
}

/** The file that its key is in, or the one beside it that is named as if. */
function keyFileFor(leaf: CertificateNode, document: Document, pile: Pile): string {
  const own = pile
    .withKey(leaf.certificate.publicKey)
    .keys.map((key) => key.document)
    .filter(({ object, source }) => object === undefined && source !== '-');
  const beside = own.find(({ container }) => container === document.container);
  if (beside) return beside.source;
  const owner = ownerOf(document.name);
  const named = pile
    .besides(document)
    .find((one) => ownerOf(one.name) === owner && (pile.keysIn(one).length > 0 || isUnread(one)));
  if (named && named !== document) return named.source;
  const only = pile.besides(document).filter((one) => pile.keysIn(one).length > 0);
  const [first] = only;
  if (first && only.length === 1 && !isKeyOfAnother(first, pile)) return first.source;
  return own[0]?.source ?? keyNamed(document.source);
}

function isUnread({ troubles, parts, name }: Document): boolean {
  return troubles.length > 0 && parts.length === 0 && /key/i.test(name);
}

function isKeyOfAnother(document: Document, pile: Pile): boolean {
  return pile
    .keysIn(document)
    .some(({ publicKey }) => publicKey && pile.withKey(publicKey).certificates.length > 0);
}

/** `tls.key` for `tls.crt`, `privkey.pem` for `cert.pem`. */
function keyNamed(path: string): string {
  const named = path.replace(/cert(?:ificate)?(?=\.[^./]*$)/i, 'key');
  if (named !== path) return named;
  return /\.(?:crt|cer|cert|der)$/i.test(path) ? path.replace(/\.[^.]*$/, '.key') : `${path}.key`;
}

function isIssuable(
  names: readonly string[],
  profile: LeafProfileName,
  { path }: Hand,
  { at }: DoctorSettings,
): boolean {
  try {
    resolveLeaf({ names: names.map(parseIdentityName), profile }, path, { now: at });
    return true;
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return false;
    throw error;
  }
}

function profileOf(
  certificate: Certificate,
  side: 'server' | 'client' | undefined,
): LeafProfileName {
  if (isSpiffe(certificate)) return 'svid';
  return side ?? 'peer';
}

/** Whether it is meant for an X509-SVID. */
export function isSpiffe({ names }: Certificate): boolean {
  return names.some((name) => name.kind === 'uri' && /^spiffe:/i.test(name.value));
}

/** Whom it should name: what was asked for, then what it names; of SPIFFE IDs one. */
export function namesFor(
  certificate: Certificate,
  { identities }: DoctorSettings,
  hosts: boolean,
): readonly string[] {
  const has = namesOf(certificate);
  const ids = [
    ...identities.filter(({ kind }) => kind === 'spiffe').map(({ value }) => value),
    ...has.filter((name) => /^spiffe:/i.test(name)).flatMap((name) => spiffeFrom(name)),
  ];
  const domain = identities.find(({ kind }) => kind === 'trustDomain')?.value;
  const [id] = domain === undefined ? ids : ids.map((one) => inDomain(one, domain));
  const wanted = identities
    .filter(({ kind }) => hosts && (kind === 'dns' || kind === 'ip'))
    .map(({ value }) => value);
  const plain = has.filter((name) => !/^spiffe:/i.test(name));
  const all = [...new Set([...(id === undefined ? [] : [id]), ...wanted, ...plain])];
  return all.slice(0, MOST_NAMES);
}

/** What people meant by an ID that breaks the rules: capitals, an end slash, a query. */
function spiffeFrom(text: string): readonly string[] {
  const [, domain = '', path = ''] = /^spiffe:\/\/([^/?#]*)([^?#]*)/i.exec(text) ?? [];
  const mended = `spiffe://${domain.toLowerCase()}${path.replace(/\/+$/, '').replace(/\/{2,}/g, '/')}`;
  try {
    return [parseSpiffeId(mended).id];
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
    throw error;
  }
}

function inDomain(id: string, domain: string): string {
  return `spiffe://${domain}${id.replace(/^spiffe:\/\/[^/]*/, '')}`;
}

/** The names that it has; its common name where it has no others. */
function namesOf(certificate: Certificate): readonly string[] {
  const named = certificate.names.flatMap((name): string[] => {
    if (name.kind === 'ip') return [formatIp(name.value)];
    return name.kind === 'dns' || name.kind === 'email' || name.kind === 'uri' ? [name.value] : [];
  });
  return named.length > 0 ? named : [certificateTitle(certificate).replace(/^CN=/, '')];
}
