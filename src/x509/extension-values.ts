// Extensions as values: what a profile asks for and what a reader found.
import type { DistinguishedName } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import type { NameConstraints } from '../name/constraints.ts';
import type { KeyUsage } from './extension-names.ts';
import type { Irregularity } from './irregularity.ts';

/** CRLReason by name; the index in the list is its number (RFC 5280 §5.3.1), 7 is not used. */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type RevocationReason = Exclude<(typeof REVOCATION_REASONS)[number], undefined>;

/** ReasonFlags in the order of their bits, from bit 1 on (RFC 5280 §4.2.1.13). */
export const REASON_FLAGS = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type ReasonFlag = (typeof REASON_FLAGS)[number];

export interface PolicyQualifier {
  readonly oid: string;
  /** The qualifier itself, whole DER. */
  readonly der: Uint8Array;
  /** Of a CPS pointer: its URI. */
  readonly cps?: string;
  /** Of a user notice: its explicit text. */
  readonly notice?: string;
}

export interface PolicyInformation {
  readonly oid: string;
  readonly qualifiers: readonly PolicyQualifier[];
}

interface PolicyMapping {
  readonly issuerDomain: string;
  readonly subjectDomain: string;
}

/** DistributionPointName: whole names, or an RDN below the CRL issuer's name. */
export type DistributionPointName =
  | { readonly kind: 'fullName'; readonly names: readonly GeneralName[] }
  | {
      readonly kind: 'relativeName';
      readonly value: DistinguishedName['rdns'][number];
      /** The RelativeDistinguishedName as a SET, whole DER. */
      readonly der: Uint8Array;
    };

export interface DistributionPoint {
  readonly name?: DistributionPointName;
  /** Absent: all reasons. */
  readonly reasons?: readonly ReasonFlag[];
  readonly crlIssuer?: readonly GeneralName[];
}

export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

/** Issuing distribution point of a CRL (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  readonly name?: DistributionPointName;
  readonly onlyUserCerts: boolean;
  readonly onlyCaCerts: boolean;
  readonly onlySomeReasons?: readonly ReasonFlag[];
  readonly indirectCrl: boolean;
  readonly onlyAttributeCerts: boolean;
}

export type ExtensionValue =
  | { readonly kind: 'basicConstraints'; readonly ca: boolean; readonly pathLength?: number }
  | { readonly kind: 'keyUsage'; readonly usages: readonly KeyUsage[] }
  | { readonly kind: 'extendedKeyUsage'; readonly purposes: readonly string[] }
  | { readonly kind: 'subjectKeyIdentifier'; readonly id: Uint8Array }
  | ({ readonly kind: 'authorityKeyIdentifier' } & AuthorityKeyIdentifier)
  | { readonly kind: 'subjectAltName'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'issuerAltName'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'nameConstraints'; readonly constraints: NameConstraints }
  | { readonly kind: 'certificatePolicies'; readonly policies: readonly PolicyInformation[] }
  | { readonly kind: 'policyMappings'; readonly mappings: readonly PolicyMapping[] }
  | ({ readonly kind: 'policyConstraints' } & PolicyConstraints)
  | { readonly kind: 'inhibitAnyPolicy'; readonly skipCerts: number }
  | { readonly kind: 'crlDistributionPoints'; readonly points: readonly DistributionPoint[] }
  | { readonly kind: 'freshestCrl'; readonly points: readonly DistributionPoint[] }
  | { readonly kind: 'authorityInfoAccess'; readonly descriptions: readonly AccessDescription[] }
  | { readonly kind: 'subjectInfoAccess'; readonly descriptions: readonly AccessDescription[] }
  // of CRLs
  | { readonly kind: 'crlNumber'; readonly number: bigint }
  | { readonly kind: 'deltaCrlIndicator'; readonly baseNumber: bigint }
  | ({ readonly kind: 'issuingDistributionPoint' } & IssuingDistributionPoint)
  // of CRL entries
  | { readonly kind: 'reasonCode'; readonly reason: RevocationReason }
  | { readonly kind: 'invalidityDate'; readonly date: Date }
  | { readonly kind: 'certificateIssuer'; readonly names: readonly GeneralName[] }
  /** An extension that the program has no reader for; value is the content of extnValue. */
  | { readonly kind: 'unknown'; readonly oid: string; readonly value: Uint8Array }
  /** A known extension that breaks its syntax. */
  | {
      readonly kind: 'malformed';
      readonly oid: string;
      readonly value: Uint8Array;
      readonly reason: string;
    };

export interface AuthorityKeyIdentifier {
  readonly keyId?: Uint8Array;
  readonly issuer?: readonly GeneralName[];
  /** Content octets of the serial number. */
  readonly serial?: Uint8Array;
}

interface PolicyConstraints {
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
}

/** One extension to be written. */
export interface ExtensionInput {
  readonly value: ExtensionValue;
  readonly critical: boolean;
}

/** One extension as read; its value is parsed when first asked for. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of extnValue, a view. */
  readonly value: Uint8Array;
  readonly parsed: ExtensionValue;
  /** What is wrong inside this extension. */
  readonly irregularities: readonly Irregularity[];
}
