// Rules beyond RFC 5280 §6, as values: what a private CA may do, what the web may not.
import type { IrregularityCode } from '../x509/irregularity.ts';

/**
 * - `internal`: path validation of RFC 5280 §6 and what a TLS peer would refuse; the default,
 *   for private CAs.
 * - `rfc5280`: that the certificates also keep the profile of RFC 5280 §4.
 * - `webpki`: that they also keep the CA/Browser Forum's Baseline Requirements.
 * - `legacy`: `internal` with the algorithms of its time, for certificates that are history.
 */
export const PROFILE_NAMES = ['internal', 'rfc5280', 'webpki', 'legacy'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

export interface Profile {
  readonly name: ProfileName;
  /** Irregular encodings that are let pass. */
  readonly tolerated: ReadonlySet<IrregularityCode>;
  /** Smallest RSA modulus, in bits. */
  readonly minRsaBits: number;
  /** DSA keys and SHA-1 signatures, for suites of their time; never MD5. */
  readonly legacyAlgorithms: boolean;
  /** A v1 certificate may be an anchor (RFC 5280 §6.1.1 (d) asks only for a name and a key). */
  readonly v1Anchors: boolean;
  /** The leaf's key usage must let it act in TLS (RFC 8446 §4.4.2.2). */
  readonly leafKeyUsage: boolean;
  /** Check the certificate profile of RFC 5280 §4. */
  readonly rfc5280: boolean;
  /** Check the Baseline Requirements. */
  readonly webpki: boolean;
}

/** Written by tools that people still run; none of them can change what a certificate means. */
export const HARMLESS: ReadonlySet<IrregularityCode> = new Set<IrregularityCode>([
  'SERIAL_ZERO',
  'SERIAL_TOO_LONG',
  'UNIQUE_ID',
  'DEFAULT_ENCODED',
]);

const internal: Profile = {
  name: 'internal',
  tolerated: HARMLESS,
  // NIST SP 800-57 part 1 rev. 5, table 2: 112 bits of security
  minRsaBits: 2048,
  legacyAlgorithms: false,
  v1Anchors: true,
  leafKeyUsage: true,
  rfc5280: false,
  webpki: false,
};

const rfc5280: Profile = {
  ...internal,
  name: 'rfc5280',
  tolerated: new Set(),
  v1Anchors: false,
  leafKeyUsage: false,
  rfc5280: true,
};

const webpki: Profile = { ...rfc5280, name: 'webpki', leafKeyUsage: true, webpki: true };

const legacy: Profile = {
  ...internal,
  name: 'legacy',
  // RFC 5280 §4.1.2.5: both forms of time must be understood, whatever CAs must write
  tolerated: new Set<IrregularityCode>([...HARMLESS, 'TIME_FORM']),
  minRsaBits: 1024,
  legacyAlgorithms: true,
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  internal,
  rfc5280,
  webpki,
  legacy,
};
