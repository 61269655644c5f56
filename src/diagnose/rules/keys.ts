// Keys: whose they are, who may read them, and where they must not lie.
import { describeKey } from '../../crypto/key.ts';
import { quoteForeign } from '../../base/text.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import { placeOf } from '../evidence.ts';
import type { Bench } from '../judge.ts';
import { leafIn, namedAlike, neighbourhoodOf } from '../neighbours.ts';
import type { CertificateNode, KeyNode, Pile } from '../pile.ts';
import { isNamedTrust, isTrustDocument, ownerOf } from '../roles.ts';

/** Everything about keys. */
export function keyDrafts({ pile }: Bench, replaced: readonly CertificateNode[]): readonly Draft[] {
  const pairs = mismatches(pile, new Set(replaced));
  const accused = new Set(pairs.map(({ key }) => key));
  return [
    ...pairs.map((pair) => mismatchDraft(pair, pile)),
    ...pile.keys.flatMap((key) => [
      ...troubleDrafts(key, pile),
      ...placedDrafts(key, pile),
      ...orphanDrafts(key, pile, accused),
    ]),
  ];
}

interface Mismatch {
  readonly leaf: CertificateNode;
  readonly document: Document;
  readonly key: KeyNode;
}

/** Leaves beside a key that by its name, or for want of others, should be theirs, and is not. */
function mismatches(pile: Pile, replaced: ReadonlySet<CertificateNode>): readonly Mismatch[] {
  const found: Mismatch[] = [];
  for (const leaf of pile.certificates) {
    if (leaf.isIssuer || replaced.has(leaf)) continue;
    const own = pile.withKey(leaf.certificate.publicKey).keys;
    for (const { document } of leaf.places) {
      const key = neighbour(document, pile);
      if (!key?.publicKey || own.includes(key)) continue;
      // Its key lies elsewhere under a name of its own choice: that is where it is loaded from
      if (own.length > 0 && !isSwapped(key, pile) && !isLoadedTogether(document, key, own))
        continue;
      found.push({ leaf, document, key });
      break;
    }
  }
  return found;
}

/** Both stand in one Secret, which has no key of the leaf's own: nothing else is loaded with it. */
function isLoadedTogether({ object }: Document, key: KeyNode, own: readonly KeyNode[]): boolean {
  return (
    object?.kind === 'Secret' &&
    key.document.object === object &&
    own.every(({ document }) => document.object !== object)
  );
}

/** The key of another leaf, under the name of this one. */
function isSwapped(key: KeyNode, pile: Pile): boolean {
  if (!key.publicKey) return false;
  const owner = ownerOf(key.document.name);
  return pile
    .withKey(key.publicKey)
    .certificates.some(
      ({ isIssuer, places }) =>
        !isIssuer && places.every(({ document }) => ownerOf(document.name) !== owner),
    );
}

/** The key that this document is loaded with, as far as names and places tell. */
function neighbour(document: Document, pile: Pile): KeyNode | undefined {
  const [within] = pile.keysIn(document);
  if (within) return within;
  const named = namedAlike(document, pile)
    .filter((one) => one !== document)
    .flatMap((one) => pile.keysIn(one));
  if (named.length === 1) return named[0];
  // The only leaf and the only key of a folder, whatever their names
  const { keys, leaves } = neighbourhoodOf(document, pile);
  const [key] = keys;
  return leaves.length === 1 && keys.length === 1 && key && !belongs(key, pile) ? key : undefined;
}

function belongs(key: KeyNode, pile: Pile): boolean {
  return key.publicKey !== undefined && pile.withKey(key.publicKey).certificates.length > 0;
}

/** The field that says where the right key lies. */
export const OWN_KEY = 'its own key';

function mismatchDraft({ leaf, document, key }: Mismatch, pile: Pile): Draft {
  const { publicKey } = leaf.certificate;
  const own = pile.withKey(publicKey).keys;
  const owners = key.publicKey ? pile.withKey(key.publicKey).certificates : [];
  const [owner] = owners;
  return {
    code: 'KEY_MISMATCH',
    severity: 'error',
    subject: key.document.place,
    cause: `the key is not the one of ${quoteForeign(certificateTitle(leaf.certificate))} in ${quoteForeign(document.place)}${owner ? `: it belongs to ${quoteForeign(certificateTitle(owner.certificate))}` : ''}`,
    evidence: [
      { source: document.place, field: 'public key', value: keyText(publicKey) },
      ...(key.publicKey
        ? [{ source: key.document.place, field: 'public key', value: keyText(key.publicKey) }]
        : []),
      ...own.slice(0, 3).map((one) => ({ field: OWN_KEY, value: one.document.place })),
      ...owners.slice(0, 3).map((one) => ({
        source: placeOf(one),
        field: 'has this key',
        value: certificateTitle(one.certificate),
      })),
    ],
    about: key,
    leaf,
    depth: DEPTH.key,
    hits: [
      {
        subject: document.place,
        cause: `${quoteForeign(certificateTitle(leaf.certificate))} cannot be used without its own key`,
      },
    ],
  };
}

function keyText(key: CertificateNode['certificate']['publicKey']): string {
  return `${describeKey(key)} ${Buffer.from(key.keyBits).toString('hex').slice(0, 32)}…`;
}

/** A key that must not lie there at all needs no better mode. */
function placedDrafts(key: KeyNode, pile: Pile): readonly Draft[] {
  const placed = placeDrafts(key, pile);
  return placed.length > 0 ? placed : modeDrafts(key);
}

/** A CA's key is encrypted as a rule; a workload's is loaded by nobody who could type. */
function troubleDrafts(key: KeyNode, pile: Pile): readonly Draft[] {
  const { document, trouble } = key;
  const base = { subject: document.place, about: key, depth: DEPTH.key } as const;
  if (trouble)
    return [
      { ...base, code: trouble.code, severity: 'error', cause: trouble.message, evidence: [] },
    ];
  if (!key.encrypted) return [];
  const leaf = holderOf(key, pile);
  const workload = document.object !== undefined || leaf !== undefined;
  return [
    {
      ...base,
      code: 'KEY_ENCRYPTED',
      // Who gives its passphrase knows of it
      severity: key.publicKey || !workload ? 'info' : document.object ? 'error' : 'warning',
      cause: workload
        ? 'the key is encrypted: whatever loads it needs a passphrase, and starts with nobody there to give it'
        : `the key is encrypted${key.publicKey ? '' : ', and was not looked into'}`,
      evidence: [{ source: document.place, field: 'key', value: 'encrypted' }],
      leaf,
    },
  ];
}

/** The leaf that a key is loaded with, opened or not: by the key, its name, or for want of others. */
function holderOf({ publicKey, document }: KeyNode, pile: Pile): CertificateNode | undefined {
  if (publicKey) return pile.withKey(publicKey).certificates.find(({ isIssuer }) => !isIssuer);
  const within = leafIn(document, pile);
  if (within) return within;
  const [own] = namedAlike(document, pile).flatMap((one) => leafIn(one, pile) ?? []);
  if (own) return own;
  const { keys, leaves } = neighbourhoodOf(document, pile);
  const [only] = leaves;
  return only && keys.length === 1 && leaves.length === 1 ? leafIn(only, pile) : undefined;
}

const GROUP_OR_OTHERS = 0o077;
const OTHERS = 0o007;

function modeDrafts({ document, encrypted }: KeyNode): readonly Draft[] {
  const { file } = document;
  if (!file || document.object || encrypted || (file.mode & GROUP_OR_OTHERS) === 0) return [];
  const others = (file.mode & OTHERS) !== 0;
  const writable = (file.mode & 0o022) !== 0;
  return others || writable
    ? [
        {
          code: 'KEY_MODE',
          severity: 'warning',
          subject: document.place,
          cause: `everybody on this machine may ${writable ? 'change' : 'read'} the key: its mode is ${octal(file.mode)}, wanted is 0600`,
          evidence: [{ source: document.place, field: 'mode', value: octal(file.mode) }],
          remedy: {
            text: 'take the others’ rights away',
            commands: [['chmod', '600', document.source]],
          },
          about: document,
          depth: DEPTH.hygiene,
        },
      ]
    : [];
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Keys that go out with what everybody gets, or CAs' keys on their way into a workload. */
function placeDrafts(key: KeyNode, pile: Pile): readonly Draft[] {
  const { document } = key;
  const drafts: Draft[] = [];
  const held = pile.certificatesIn(document);
  const handedOut =
    (isNamedTrust(document) && !/key/i.test(document.name) && held.length > 0) ||
    (document.object?.kind === 'ConfigMap' && held.length >= 0);
  if (handedOut || (held.length > 0 && isTrustDocument(pile, document)))
    drafts.push({
      code: 'TRUST_HOLDS_KEY',
      severity: 'error',
      subject: document.place,
      cause:
        document.object?.kind === 'ConfigMap'
          ? 'a private key lies in a ConfigMap, which many may read'
          : 'a private key lies among the trusted certificates, in a file that is handed to everybody',
      evidence: [{ source: document.place, field: 'holds', value: 'a private key' }],
      about: document,
      depth: DEPTH.key,
    });
  const issuer = key.publicKey
    ? pile.withKey(key.publicKey).certificates.find(({ isIssuer }) => isIssuer)
    : undefined;
  if (issuer && document.object?.kind === 'Secret' && !isCaSecret(document))
    drafts.push({
      code: 'CA_KEY_IN_SECRET',
      severity: 'error',
      subject: document.place,
      cause: `the key of the CA ${quoteForeign(certificateTitle(issuer.certificate))} lies in a Secret for workloads: whoever reads it can be anyone`,
      evidence: [
        { source: document.place, field: 'key of', value: certificateTitle(issuer.certificate) },
        { source: document.place, field: 'type', value: document.object.type ?? 'Opaque' },
      ],
      about: document,
      depth: DEPTH.key,
    });
  return drafts;
}

/** Secrets that hold a CA because a mesh or cert-manager signs with it. */
const CA_SECRETS: ReadonlySet<string> = new Set([
  'cacerts',
  'istio-ca-secret',
  'linkerd-identity-issuer',
  'linkerd-trust-anchor',
  'cilium-ca',
]);

function isCaSecret({ object, name }: Document): boolean {
  const secret = object?.name ?? '';
  return (
    CA_SECRETS.has(secret) ||
    /(?:^|-)(?:ca|issuer|root)(?:-|$)/.test(secret) ||
    /^ca[-.]/.test(name)
  );
}

function orphanDrafts(key: KeyNode, pile: Pile, accused: ReadonlySet<KeyNode>): readonly Draft[] {
  if (!key.publicKey || belongs(key, pile) || accused.has(key)) return [];
  // Its certificate is on its way, or it signs tokens
  if (pile.isAskedFor(key.publicKey)) return [];
  const others = pile.withKey(key.publicKey).keys.length;
  return [
    {
      code: 'KEY_ORPHAN',
      severity: 'info',
      subject: key.document.place,
      cause: 'no certificate here has this key',
      evidence: [
        { source: key.document.place, field: 'public key', value: keyText(key.publicKey) },
        ...(others > 1 ? [{ field: 'copies', value: String(others) }] : []),
      ],
      about: key,
      depth: DEPTH.hygiene,
    },
  ];
}
