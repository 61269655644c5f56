// A chain that is still to be made: a fault is a change to its draft.
import { DAY, YEAR } from '../../base/clock.ts';
import { keyIdentifier } from '../../crypto/digest.ts';
import type { PrivateKey } from '../../crypto/key.ts';
import type { LocalSigner } from '../../crypto/sign.ts';
import { encodeDn, parseDn } from '../../name/dn.ts';
import type { GeneralName } from '../../name/san.ts';
import { parseIp } from '../../name/ip.ts';
import { encodeCrlTbs, joinCrl } from '../../x509/crl.ts';
import {
  EXTENDED_KEY_USAGES,
  type ExtensionInput,
  type ExtensionValue,
} from '../../x509/extensions.ts';
import { encodePem } from '../../codec/pem.ts';
import { certify, type Holder } from '../certify.ts';
import type { KeySource } from '../source.ts';
import { editTbs, type TbsFields } from '../tbs-fields.ts';

/** A certificate that is still to be made. Key identifiers are added where none stand. */
export interface Draft {
  /** As `CN=api,O=Example`. */
  subject: string;
  /** Who signs; itself where absent. */
  issuer: Draft | undefined;
  key: PrivateKey;
  notBefore: Date;
  notAfter: Date;
  extensions: readonly ExtensionInput[];
  serial?: Uint8Array;
  /** Signs in place of the issuer's key. */
  signer?: LocalSigner;
  outerAlgorithm?: Uint8Array;
  edit?: (fields: TbsFields) => void;
  bend?: (der: Uint8Array) => Uint8Array;
}

/** A CRL that is still to be made. */
export interface CrlDraft {
  issuer: Draft;
  thisUpdate: Date;
  nextUpdate: Date;
  revoked: readonly Draft[];
  signer?: LocalSigner;
}

export type Side = 'server' | 'client';

/** A root, a CA below it and a leaf, with what is presented of them and what is trusted. */
export interface Chain {
  readonly source: KeySource;
  readonly now: Date;
  readonly root: Draft;
  readonly between: Draft;
  readonly leaf: Draft;
  /** What is presented, in this order. */
  sent: readonly Draft[];
  trusted: readonly Draft[];
  /** Presented with the first certificate. */
  key: PrivateKey;
  /** Bends the text of what is presented. */
  bendPem?: (pem: string) => string;
  /** What the other side knows of revocation; it asks for none where there are none. */
  crls: readonly CrlDraft[];
}

/** So wide that a clock of today finds a chain of any fixed clock still valid. */
const PAST = 20 * YEAR;
const FUTURE = 60 * YEAR;

export const later = (from: Date, span: number): Date => new Date(from.getTime() + span);

function draft(source: KeySource, now: Date, subject: string, issuer?: Draft): Draft {
  return {
    subject,
    issuer,
    key: source.newKey('ec-p256'),
    notBefore: later(now, -PAST),
    notAfter: later(now, FUTURE),
    extensions: [],
  };
}

export function caDraft(
  { source, now }: Pick<Chain, 'source' | 'now'>,
  subject: string,
  issuer?: Draft,
): Draft {
  const made = draft(source, now, subject, issuer);
  put(made, { kind: 'basicConstraints', ca: true }, true);
  put(made, { kind: 'keyUsage', usages: ['keyCertSign', 'cRLSign'] }, true);
  return made;
}

const LOOPBACK: readonly GeneralName[] = [
  { kind: 'dns', value: 'localhost' },
  ...['127.0.0.1', '::1'].map((text) => ({
    kind: 'ip' as const,
    value: parseIp(text) as Uint8Array,
  })),
];

export function leafDraft(
  { source, now }: Pick<Chain, 'source' | 'now'>,
  side: Side,
  issuer: Draft,
): Draft {
  const made = draft(source, now, `CN=zoo ${side}`, issuer);
  put(made, { kind: 'basicConstraints', ca: false }, true);
  put(made, { kind: 'keyUsage', usages: ['digitalSignature'] }, true);
  purposes(made, side === 'server' ? 'serverAuth' : 'clientAuth');
  names(made, side === 'server' ? LOOPBACK : [{ kind: 'dns', value: 'client.test' }]);
  return made;
}

/** A chain without a fault. */
export function healthyChain(source: KeySource, now: Date, side: Side): Chain {
  const root = caDraft({ source, now }, 'CN=zoo root');
  const between = caDraft({ source, now }, 'CN=zoo intermediate', root);
  const leaf = leafDraft({ source, now }, side, between);
  const { key } = leaf;
  return {
    source,
    now,
    root,
    between,
    leaf,
    sent: [leaf, between],
    trusted: [root],
    key,
    crls: [],
  };
}

/** Puts an extension, in place of the one of its kind. */
export function put(draft: Draft, value: ExtensionValue, critical = false): void {
  const at = draft.extensions.findIndex((one) => one.value.kind === value.kind);
  const input = { value, critical };
  draft.extensions = at < 0 ? [...draft.extensions, input] : draft.extensions.with(at, input);
}

/** Leaves an extension out. */
export function drop(draft: Draft, kind: ExtensionValue['kind']): void {
  draft.extensions = draft.extensions.filter((one) => one.value.kind !== kind);
}

/** Replaces the alternative names. */
export function names(draft: Draft, list: readonly GeneralName[]): void {
  put(draft, { kind: 'subjectAltName', names: list });
}

/** Replaces the extended key usage. */
export function purposes(
  draft: Draft,
  ...list: readonly (keyof typeof EXTENDED_KEY_USAGES)[]
): void {
  put(draft, {
    kind: 'extendedKeyUsage',
    purposes: list.map((name) => EXTENDED_KEY_USAGES[name]),
  });
}

/** Puts one more CA between the intermediate and the leaf. */
export function deepen(chain: Chain): Draft {
  const { between, leaf } = chain;
  const lower = caDraft(chain, 'CN=zoo lower intermediate', between);
  leaf.issuer = lower;
  chain.sent = [leaf, lower, between];
  return lower;
}

/** Has the other side ask for revocation: fresh CRLs of both CAs, which list nothing. */
export function withCrls(chain: Chain): void {
  chain.crls = [chain.between, chain.root].map((issuer) => ({
    issuer,
    thisUpdate: later(chain.now, -30 * DAY),
    nextUpdate: later(chain.now, FUTURE),
    revoked: [],
  }));
}

/** Makes drafts into certificates, each one once. */
export class Maker {
  readonly #source: KeySource;
  readonly #made = new Map<Draft, Holder>();

  constructor(source: KeySource) {
    this.#source = source;
  }

  make(draft: Draft): Holder {
    const known = this.#made.get(draft);
    if (known) return known;
    const { issuer = draft, edit, ...rest } = draft;
    const made = certify(this.#source, {
      ...rest,
      subject: encodeDn(parseDn(draft.subject)),
      issuer: { subject: encodeDn(parseDn(issuer.subject)), key: issuer.key },
      extensions: [...draft.extensions, ...keyIdentifiers(draft, issuer)],
      bendTbs: edit && ((tbs) => editTbs(tbs, edit)),
    });
    this.#made.set(draft, made);
    return made;
  }

  pem(drafts: readonly Draft[]): string {
    return drafts.map((draft) => this.make(draft).pem).join('');
  }

  crl({ issuer, revoked, signer: given, ...dates }: CrlDraft, number: number): string {
    const signer = given ?? this.#source.signerOf(issuer.key);
    const { algorithm } = signer;
    const tbs = encodeCrlTbs({
      ...dates,
      algorithm,
      issuer: encodeDn(parseDn(issuer.subject)),
      number: BigInt(number),
      authorityKeyId: keyIdentifier(issuer.key.publicKey.keyBits),
      entries: revoked.map((draft) => ({
        serial: this.make(draft).certificate.serial,
        revokedAt: dates.thisUpdate,
        reason: 'keyCompromise',
      })),
    });
    return encodePem('X509 CRL', joinCrl(tbs, algorithm, signer.sign(tbs)));
  }
}

function keyIdentifiers(draft: Draft, issuer: Draft): readonly ExtensionInput[] {
  const id = keyIdentifier(draft.key.publicKey.keyBits);
  const keyId = keyIdentifier(issuer.key.publicKey.keyBits);
  const usual: readonly ExtensionValue[] = [
    { kind: 'subjectKeyIdentifier', id },
    ...(issuer === draft ? [] : [{ kind: 'authorityKeyIdentifier', keyId } as const]),
  ];
  return usual
    .filter(({ kind }) => draft.extensions.every(({ value }) => value.kind !== kind))
    .map((value) => ({ value, critical: false }));
}
