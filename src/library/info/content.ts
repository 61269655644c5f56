// What an input holds, in plain data: certificates in the order of their chains, keys, requests, CRLs.
import type { Bundle, BundlePart } from '../../codec/bundle.ts';
import type { Origin } from '../../codec/origin.ts';
import type { PublicKey } from '../../crypto/key.ts';
import { sameKey } from '../../match/match.ts';
import { chainOrder } from '../../verify/chain-order.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { certificateInfo, type CertificateInfo } from './certificate.ts';
import { crlInfo, type CrlInfo } from './crl.ts';
import { keyInfo, type KeyInfo } from './key.ts';
import { requestInfo, type RequestInfo } from './request.ts';

type PartOf<Kind extends BundlePart['kind']> = Extract<BundlePart, { readonly kind: Kind }>;

/** A private key that was seen; an encrypted one may be closed still. */
export interface SeenKey {
  readonly origin: Origin;
  readonly encrypted: boolean;
  readonly publicKey: PublicKey | undefined;
}

/** The parts of an input, sorted. */
export interface Content {
  /** In the order of their chains. */
  readonly certificates: readonly PartOf<'certificate'>[];
  readonly keys: readonly SeenKey[];
  readonly others: readonly PartOf<'request' | 'crl' | 'publicKey'>[];
}

interface Found {
  /** Which input, and where in it. */
  readonly origin: Origin;
}

interface Owned {
  /** Certificates beside it that hold the same public key. */
  readonly belongsTo: readonly string[];
}

/** A private key: what it is, never the key itself. */
export interface PrivateKeyInfo extends Found, Partial<KeyInfo>, Partial<Owned> {
  /** An encrypted key says nothing more unless its passphrase is given. */
  readonly encrypted: boolean;
}

/** Everything that was found. */
export interface Inspection {
  /** In the order of their chains: leaf, then its issuers. */
  readonly certificates: readonly (Found & CertificateInfo)[];
  readonly keys: readonly PrivateKeyInfo[];
  readonly requests: readonly (Found & RequestInfo)[];
  readonly crls: readonly (Found & CrlInfo)[];
  readonly publicKeys: readonly (Found & KeyInfo & Owned)[];
}

export function contentOf(bundle: Bundle, keys: readonly SeenKey[]): Content {
  const parts = new Map<Certificate, PartOf<'certificate'>>();
  for (const part of bundle.parts)
    if (part.kind === 'certificate') parts.set(part.certificate, part);
  return {
    certificates: chainOrder(bundle.certificates).flatMap((one) => parts.get(one) ?? []),
    keys,
    others: bundle.parts.filter((part) => part.kind !== 'certificate' && part.kind !== 'key'),
  };
}

/** Titles of the certificates that hold a public key. */
export function ownersOf(key: PublicKey, { certificates }: Content): readonly string[] {
  return certificates
    .filter(({ certificate }) => sameKey(certificate.publicKey, key))
    .map(({ certificate }) => certificateTitle(certificate));
}

export function contentInfo(content: Content): Inspection {
  const { certificates, keys, others } = content;
  const only = <K extends 'request' | 'crl' | 'publicKey'>(kind: K): PartOf<K>[] =>
    others.filter((part): part is PartOf<K> => part.kind === kind);
  return {
    certificates: certificates.map(({ certificate, origin }) => ({
      origin,
      ...certificateInfo(certificate),
    })),
    keys: keys.map(({ origin, encrypted, publicKey }) => ({
      origin,
      encrypted,
      ...(publicKey && { ...keyInfo(publicKey), belongsTo: ownersOf(publicKey, content) }),
    })),
    requests: only('request').map(({ request, origin }) => ({ origin, ...requestInfo(request) })),
    crls: only('crl').map(({ crl, origin }) => ({ origin, ...crlInfo(crl) })),
    publicKeys: only('publicKey').map(({ publicKey, origin }) => ({
      origin,
      ...keyInfo(publicKey),
      belongsTo: ownersOf(publicKey, content),
    })),
  };
}
