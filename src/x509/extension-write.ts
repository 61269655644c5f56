// Extension values to DER (RFC 5280 §4.2, §5.2, §5.3).
import { invariant } from '../base/assert.ts';
import { concatBytes } from '../base/bytes.ts';
import {
  boolean,
  enumerated,
  explicit,
  implicitConstructed,
  implicitPrimitive,
  integer,
  integerFromContent,
  namedBits,
  namedBitsContent,
  octetString,
  oid,
  sequence,
} from '../asn1/writer.ts';
import { encodeGeneralizedTime } from '../asn1/time.ts';
import { readWhole, Tag } from '../asn1/reader.ts';
import { encodeNameConstraints } from '../name/constraints.ts';
import { encodeGeneralName, type GeneralName } from '../name/san.ts';
import { EXTENSION_OIDS, KEY_USAGES } from './extension-names.ts';
import {
  REASON_FLAGS,
  REVOCATION_REASONS,
  type DistributionPoint,
  type DistributionPointName,
  type ExtensionInput,
  type ExtensionValue,
  type ReasonFlag,
} from './extension-values.ts';
import { integerContent } from './integers.ts';

const NONE = new Uint8Array(0);

/** The object identifier under which a value is written. */
export function extensionOid(value: ExtensionValue): string {
  return value.kind === 'unknown' || value.kind === 'malformed'
    ? value.oid
    : EXTENSION_OIDS[value.kind];
}

/** One Extension: SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }. */
export function encodeExtension(input: ExtensionInput): Uint8Array {
  return sequence(
    oid(extensionOid(input.value)),
    input.critical ? boolean(true) : NONE,
    octetString(encodeExtensionValue(input.value)),
  );
}

/** The content of extnValue. */
export function encodeExtensionValue(value: ExtensionValue): Uint8Array {
  switch (value.kind) {
    case 'basicConstraints':
      return sequence(
        value.ca ? boolean(true) : NONE,
        value.pathLength === undefined ? NONE : integer(value.pathLength),
      );
    case 'keyUsage':
      return namedBits(value.usages.map((usage) => KEY_USAGES.indexOf(usage)));
    case 'extendedKeyUsage':
      return sequenceOf(value.purposes.map(oid));
    case 'subjectKeyIdentifier':
      return octetString(value.id);
    case 'authorityKeyIdentifier':
      return sequence(
        value.keyId ? implicitPrimitive(0, value.keyId) : NONE,
        value.issuer ? implicitConstructed(1, generalNames(value.issuer)) : NONE,
        value.serial ? implicitPrimitive(2, value.serial) : NONE,
      );
    case 'subjectAltName':
    case 'issuerAltName':
    case 'certificateIssuer':
      return sequence(generalNames(value.names));
    case 'nameConstraints':
      return encodeNameConstraints(value.constraints);
    case 'certificatePolicies':
      return sequenceOf(
        value.policies.map((policy) =>
          sequence(
            oid(policy.oid),
            policy.qualifiers.length > 0
              ? sequenceOf(policy.qualifiers.map((found) => sequence(oid(found.oid), found.der)))
              : NONE,
          ),
        ),
      );
    case 'policyMappings':
      return sequenceOf(
        value.mappings.map((mapping) =>
          sequence(oid(mapping.issuerDomain), oid(mapping.subjectDomain)),
        ),
      );
    case 'policyConstraints':
      return sequence(
        optionalSkip(0, value.requireExplicitPolicy),
        optionalSkip(1, value.inhibitPolicyMapping),
      );
    case 'inhibitAnyPolicy':
      return integer(value.skipCerts);
    case 'crlDistributionPoints':
    case 'freshestCrl':
      return sequenceOf(value.points.map(distributionPoint));
    case 'authorityInfoAccess':
    case 'subjectInfoAccess':
      return sequenceOf(
        value.descriptions.map(({ method, location }) =>
          sequence(oid(method), encodeGeneralName(location)),
        ),
      );
    case 'crlNumber':
      return integerFromContent(integerContent(value.number));
    case 'deltaCrlIndicator':
      return integerFromContent(integerContent(value.baseNumber));
    case 'issuingDistributionPoint':
      return sequence(
        value.name ? explicit(0, pointName(value.name)) : NONE,
        flag(1, value.onlyUserCerts),
        flag(2, value.onlyCaCerts),
        value.onlySomeReasons ? reasonFlags(3, value.onlySomeReasons) : NONE,
        flag(4, value.indirectCrl),
        flag(5, value.onlyAttributeCerts),
      );
    case 'reasonCode':
      return enumerated(REVOCATION_REASONS.indexOf(value.reason));
    case 'invalidityDate':
      return encodeGeneralizedTime(value.date);
    case 'unknown':
    case 'malformed':
      return value.value;
  }
}

// Lists may come from a hostile request and be longer than a call can have arguments
function sequenceOf(items: readonly Uint8Array[]): Uint8Array {
  return sequence(concatBytes(items));
}

function generalNames(names: readonly GeneralName[]): Uint8Array {
  return concatBytes(names.map(encodeGeneralName));
}

function optionalSkip(tag: number, count: number | undefined): Uint8Array {
  return count === undefined ? NONE : implicitPrimitive(tag, readWhole(integer(count)).content);
}

function flag(tag: number, value: boolean): Uint8Array {
  return value ? implicitPrimitive(tag, Uint8Array.of(0xff)) : NONE;
}

function reasonFlags(tag: number, reasons: readonly ReasonFlag[]): Uint8Array {
  return implicitPrimitive(
    tag,
    namedBitsContent(reasons.map((reason) => REASON_FLAGS.indexOf(reason))),
  );
}

function pointName(name: DistributionPointName): Uint8Array {
  if (name.kind === 'fullName') return implicitConstructed(0, generalNames(name.names));
  const rdn = readWhole(name.der, Tag.Set);
  return implicitConstructed(1, rdn.content);
}

function distributionPoint(point: DistributionPoint): Uint8Array {
  // RFC 5280 §4.2.1.13: a point must not consist of only the reasons field
  invariant(point.name ?? point.crlIssuer, 'a distribution point without name and issuer');
  return sequence(
    point.name ? explicit(0, pointName(point.name)) : NONE,
    point.reasons ? reasonFlags(1, point.reasons) : NONE,
    point.crlIssuer ? implicitConstructed(2, generalNames(point.crlIssuer)) : NONE,
  );
}
