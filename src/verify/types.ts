// What a verification is asked and what it answers.
import type { NameDer } from '../base/bytes.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import type { NameConstraints } from '../name/constraints.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { KeyUsage } from '../x509/extension-names.ts';
import type { Limits, Spent } from './budget.ts';
import type { PathFault } from './fault.ts';
import type { PolicyInput } from './policies.ts';
import type { ProfileName } from './profile.ts';

/** Where trust begins (RFC 5280 §6.1.1 (d)): a name and a key, mostly given as a certificate. */
export interface TrustAnchor {
  readonly subjectDer: NameDer;
  readonly publicKey: PublicKey;
  /** Where there is one, its dates and extensions bind as well (RFC 5937). */
  readonly certificate?: Certificate;
  /** Of a bare key: the names it may vouch for. */
  readonly nameConstraints?: NameConstraints;
}

/** Trusts a certificate. */
export function anchorOf(certificate: Certificate): TrustAnchor {
  return {
    subjectDer: certificate.subjectDer,
    publicKey: certificate.publicKey,
    certificate,
  };
}

/** What the certificate is to be used for; `any` asks for no purpose. */
export type Purpose = 'server' | 'client' | 'any';

/** Whom the certificate must name; names other than SANs never count (RFC 9525 §6.3). */
export type Identity =
  | { readonly kind: 'dns' | 'ip' | 'email'; readonly value: string }
  /** A SPIFFE ID, or with `trustDomain` any member of that trust domain. */
  | { readonly kind: 'spiffe' | 'trustDomain'; readonly value: string };

export interface VerifyRequest {
  readonly leaf: Certificate;
  readonly anchors: readonly TrustAnchor[];
  /** CA certificates to build with, in any order; never trusted by being here. */
  readonly untrusted?: readonly Certificate[];
  readonly at: Date;
  readonly purpose?: Purpose;
  /** Each of these must be named by the certificate. */
  readonly identity?: Identity | readonly Identity[] | undefined;
  /** Uses that the leaf's key must be allowed, where it states its uses. */
  readonly keyUsage?: readonly KeyUsage[];
  readonly crls?: readonly Crl[];
  /** Makes a certificate without a usable CRL fail; else only CRLs that are given are judged. */
  readonly requireRevocation?: boolean;
  /** Rules beyond RFC 5280 §6; `internal` (for private CAs) unless given. */
  readonly profile?: ProfileName;
  readonly policy?: PolicyInput;
  readonly limits?: Partial<Limits>;
}

/** A path that passed every check. */
export interface VerifiedPath {
  /** Leaf first, up to the one that the anchor issued. */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
}

/** A path that was tried and what is wrong with it. */
export interface PathAttempt {
  readonly certificates: readonly Certificate[];
  /** Absent where the path leads to no anchor. */
  readonly anchor?: TrustAnchor;
  /** At least one, the most specific first. */
  readonly faults: readonly PathFault[];
}

export type VerifyResult = Verified | Refused;

interface Verified {
  readonly ok: true;
  /** The path that was found. */
  readonly path: VerifiedPath;
  readonly fault?: undefined;
  readonly attempts: readonly [];
  readonly spent: Spent;
}

interface Refused {
  readonly ok: false;
  readonly path?: undefined;
  /** The headline: the most specific fault of the best attempt, or that the search was given up. */
  readonly fault: PathFault;
  /** Failed paths, the best first; at least one, bounded in number. */
  readonly attempts: readonly PathAttempt[];
  readonly spent: Spent;
}
