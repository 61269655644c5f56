// Keys, certificates and requests sorted by who belongs to whom.
import { toHex } from '../../base/bytes.ts';
import type { Bundle } from '../../codec/bundle.ts';
import type { Origin } from '../../codec/origin.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { matchBySpki, type Matchable, type MatchGroup } from '../../match/match.ts';
import { formatDn } from '../../name/dn.ts';
import { serialText } from '../../store/records.ts';
import { issuersAmong } from '../../verify/chain-order.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { spkiFingerprint } from '../../x509/fingerprint.ts';
import { certificateTitle } from '../../x509/title.ts';
import { nameText } from './name.ts';

/** Something with a public key, and where it was found. */
export interface PileItem extends Matchable {
  readonly origin: Origin;
  /** Who it is for; keys do not say. */
  readonly title: string;
  readonly certificate?: Certificate;
}

/** A private key by its public half. */
export interface OpenedKey {
  readonly origin: Origin;
  readonly publicKey: PublicKey;
}

export interface Pile {
  readonly groups: readonly MatchGroup<PileItem>[];
  readonly orphans: readonly PileItem[];
  /** CA certificates that are here for what they issued. */
  readonly issuers: readonly PileItem[];
}

/** What of an input holds a public key; its private keys come opened. */
export function pileItems(bundle: Bundle, opened: readonly OpenedKey[]): readonly PileItem[] {
  const keys = opened.map(({ origin, publicKey }): PileItem => ({
    kind: 'key',
    publicKey,
    origin,
    title: '',
  }));
  const others = bundle.parts.flatMap((part): PileItem[] => {
    const { kind, origin } = part;
    switch (kind) {
      case 'certificate': {
        const { certificate } = part;
        const { publicKey } = certificate;
        return [{ kind, publicKey, origin, title: certificateTitle(certificate), certificate }];
      }
      case 'request': {
        const { publicKey, subject } = part.request;
        return [{ kind, publicKey, origin, title: nameText(subject) }];
      }
      case 'publicKey':
        return [{ kind, publicKey: part.publicKey, origin, title: '' }];
      case 'key':
      case 'crl':
        return [];
    }
  });
  return [...keys, ...others];
}

export function sortPile(items: readonly PileItem[]): Pile {
  const { groups, orphans } = matchBySpki(items);
  const certificates = items.flatMap(({ certificate }) => certificate ?? []);
  const issuing = new Set(issuersAmong(certificates).values());
  const isIssuer = ({ certificate }: PileItem): boolean =>
    certificate !== undefined && issuing.has(certificate);
  return {
    groups,
    orphans: orphans.filter((item) => !isIssuer(item)),
    issuers: orphans.filter(isIssuer),
  };
}

/** A member of a pile in plain data. */
export interface MatchItem {
  readonly kind: 'key' | 'certificate' | 'request' | 'publicKey';
  /** Which input, and where in it. */
  readonly origin: Origin;
  /** Whom a certificate or a request is for. */
  readonly title?: string;
  /** Of a certificate. */
  readonly subject?: string;
  readonly serial?: string;
}

/** What nothing of another kind belongs to. */
export interface LoneItem extends MatchItem {
  readonly key: string;
  readonly spkiSha256: string;
}

export interface PileInfo {
  /** What belongs together: at least two kinds of item with one public key. */
  readonly groups: readonly {
    readonly key: string;
    readonly spkiSha256: string;
    readonly members: readonly MatchItem[];
  }[];
  readonly orphans: readonly LoneItem[];
  /** CA certificates that issued another one given: their keys are not missed. */
  readonly issuers: readonly LoneItem[];
}

export function pileInfo({ groups, orphans, issuers }: Pile): PileInfo {
  return {
    groups: groups.map(({ publicKey, spkiSha256, members }) => ({
      key: describeKey(publicKey),
      spkiSha256,
      members: members.map(itemInfo),
    })),
    orphans: orphans.map(loneInfo),
    issuers: issuers.map(loneInfo),
  };
}

function loneInfo(item: PileItem): LoneItem {
  const { publicKey } = item;
  const spkiSha256 = toHex(spkiFingerprint(publicKey));
  return { ...itemInfo(item), key: describeKey(publicKey), spkiSha256 };
}

function itemInfo({ kind, origin, title, certificate }: PileItem): MatchItem {
  return {
    kind,
    origin,
    ...(title !== '' && { title }),
    ...(certificate && {
      subject: formatDn(certificate.subject),
      serial: serialText(certificate.serial),
    }),
  };
}
