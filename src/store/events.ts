// What happened at a CA, as the journal keeps it. docs/store-format.md is the written form.
import type { RevocationReason as CrlReason } from '../x509/extensions.ts';

/** Version of the records; a reader refuses a higher one. */
export const EVENT_VERSION = 1;

/** Where a certificate lies in the packs, and its SHA-256 in base64url. */
export interface CertificateRef {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
}

/** A file that was written for a certificate, and that a renewal must replace. */
export interface OutputFile {
  readonly kind: 'certificate' | 'key' | 'roots' | 'combined' | 'pkcs12' | 'request';
  /** Absolute. */
  readonly path: string;
  /** Octal, as `0640`, where it is not the usual one. */
  readonly mode?: string;
  /** Numeric group, where one was chosen. */
  readonly group?: number;
}

/** Why a certificate is revoked; only delta CRLs know `removeFromCRL`. */
export type RevocationReason = Exclude<CrlReason, 'removeFromCRL'>;

/** A certificate as its record knows it. */
export interface IssuedFacts {
  /** Lower-case hexadecimal, whole octets, no leading zero octet. */
  readonly serial: string;
  /** RFC 3339, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly profile: string;
  /** RFC 4514 text, empty when the subject is. */
  readonly subject: string;
  /** `DNS:api`, `IP:10.0.0.7`, `URI:spiffe://…`. */
  readonly names: readonly string[];
  /** Absent only where a foreign CA was imported without its certificates. */
  readonly certificate?: CertificateRef;
  readonly outputs: readonly OutputFile[];
}

/** The first record of every journal. */
interface CreatedEvent {
  readonly type: 'created';
  readonly at: string;
  readonly name: string;
  /** The CA's certificate, DER in base64. */
  readonly certificate: string;
}

export interface IssuedEvent extends IssuedFacts {
  readonly type: 'issued';
  readonly at: string;
}

/** Issued in place of an earlier certificate, which stays valid until it expires or is revoked. */
export interface RenewedEvent extends IssuedFacts {
  readonly type: 'renewed';
  readonly at: string;
  /** Serial of the earlier certificate. */
  readonly replaces: string;
}

export interface RevokedEvent {
  readonly type: 'revoked';
  readonly at: string;
  readonly serial: string;
  readonly reason: RevocationReason;
  /** Since when the certificate is not to be trusted: the CRL's revocationDate. */
  readonly revokedAt: string;
  /** Of the certificate, so that a CRL can leave it out in time (RFC 5280 §3.3). */
  readonly notAfter: string;
}

export interface CrlEvent {
  readonly type: 'crl';
  readonly at: string;
  /** Decimal: a CRL number may have 20 octets (RFC 5280 §5.2.3). */
  readonly number: string;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  /** Revoked certificates on it. */
  readonly entries: number;
  /** Of the DER, in base64url. */
  readonly sha256: string;
}

/** The CA goes on under a new certificate, and perhaps a new key. */
export interface RotatedEvent {
  readonly type: 'rotated';
  readonly at: string;
  /** DER in base64. */
  readonly from: string;
  readonly to: string;
}

export type JournalEvent =
  CreatedEvent | IssuedEvent | RenewedEvent | RevokedEvent | CrlEvent | RotatedEvent;

/** Counts at a commit, so that they need not be counted again. */
export interface Totals {
  readonly issued: number;
  readonly revoked: number;
  /** Number of the last CRL, decimal; `0` before the first. */
  readonly crl: string;
}

/** The end of a commit, signed by the CA's key. */
export interface HeadEntry {
  readonly type: 'head';
  readonly at: string;
  /** Counts commits from 1. */
  readonly commit: number;
  /** Events of this commit. */
  readonly events: number;
  readonly totals: Totals;
  /** SHA-256 of the signer's SubjectPublicKeyInfo, base64url. */
  readonly key: string;
  /** AlgorithmIdentifier in base64. */
  readonly algorithm: string;
  /** Base64; over all of the line before it (see head.ts). */
  readonly signature: string;
}

/** The last commit, as readers are told of it. */
export interface JournalHead {
  readonly commit: number;
  readonly at: string;
  readonly totals: Totals;
  /** Records up to and with the head. */
  readonly records: number;
  /** SHA-256 of the head's line, base64url: names the whole history. */
  readonly hash: string;
}
