// What is wrong with a path, as data; rendered elsewhere.
import { quoteForeign } from '../base/text.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateTitle } from '../x509/title.ts';

/**
 * Codes of faults, each with its rank: the higher, the more it says about the one certificate.
 * The order follows rustls-webpki's `Error::rank`, with revocation put first.
 */
export const FAULT_RANKS = {
  REVOKED: 300,
  EXPIRED: 290,
  NOT_YET_VALID: 290,
  HOST_MISMATCH: 280,
  NO_NAMES: 280,
  SPIFFE_NO_ID: 280,
  SPIFFE_MANY_URIS: 280,
  SPIFFE_BAD_ID: 280,
  SPIFFE_MISMATCH: 280,
  SPIFFE_NOT_A_LEAF: 280,
  REVOCATION_UNKNOWN: 270,
  BAD_SIGNATURE: 260,
  ALGORITHM_MISMATCH: 255,
  ALGORITHM_UNSUPPORTED: 250,
  WEAK_KEY: 245,
  WEAK_HASH: 245,
  EXTENDED_KEY_USAGE: 240,
  NAME_CONSTRAINT: 230,
  PATH_LENGTH_EXCEEDED: 220,
  NOT_A_CA: 210,
  KEY_USAGE: 200,
  UNKNOWN_CRITICAL_EXTENSION: 190,
  POLICY: 185,
  MALFORMED: 180,
  PROFILE: 170,
  BUDGET_EXCEEDED: 100,
  UNTRUSTED_ROOT: 20,
  ISSUER_NOT_FOUND: 10,
} as const;

export type FaultCode = keyof typeof FAULT_RANKS;

export const FAULT_CODES = Object.keys(FAULT_RANKS) as readonly FaultCode[];

/** One thing wrong with one certificate of a path. */
export interface PathFault {
  readonly code: FaultCode;
  /** Place in the path: 0 is the leaf, the anchor comes last. */
  readonly position: number;
  /** The certificate at fault; absent for an anchor that is a bare key. */
  readonly certificate?: Certificate;
  /** A plain sentence, lower case, no full stop; foreign text in it is escaped. */
  readonly message: string;
  /** The rule that is broken, such as `RFC 5280 §6.1.3 (a)(2)`. */
  readonly clause: string;
  /** Facts behind the message, fit for JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A certificate at its place in a path. */
export interface Placed {
  readonly certificate: Certificate;
  readonly position: number;
  readonly role: 'leaf' | 'intermediate' | 'anchor';
}

/** States a fault of a placed certificate. */
export function faultOf(
  placed: Placed,
  code: FaultCode,
  message: string,
  clause: string,
  data: Readonly<Record<string, unknown>> = {},
): PathFault {
  return {
    code,
    position: placed.position,
    certificate: placed.certificate,
    message: `${describePlaced(placed)} ${message}`,
    clause,
    data,
  };
}

/** Names a certificate by its place: `the certificate "CN=api"`, `the root "CN=Root"`. */
export function describePlaced(placed: Placed): string {
  const noun = { leaf: 'certificate', intermediate: 'CA certificate', anchor: 'trusted CA' };
  return `the ${noun[placed.role]} ${quoteForeign(certificateTitle(placed.certificate))}`;
}

/** Orders faults for display: the most specific first, then the one nearest the leaf. */
export function compareFaults(a: PathFault, b: PathFault): number {
  return FAULT_RANKS[b.code] - FAULT_RANKS[a.code] || a.position - b.position;
}
