// What an extension says, in words; one line or several.
import { readWhole } from '../../asn1/reader.ts';
import { isStringTag, readString } from '../../asn1/string.ts';
import { toColonHex, toHex } from '../../base/bytes.ts';
import { formatTime } from '../../base/clock.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatSubtree } from '../../name/constraints.ts';
import { formatGeneralName } from '../../name/san.ts';
import {
  ACCESS_METHODS,
  extensionName,
  purposeName,
  type DistributionPoint,
  type Extension,
  type ExtensionValue,
  type IssuingDistributionPoint,
  type PolicyInformation,
} from '../../x509/extensions.ts';

/** An extension in plain data. */
export interface ExtensionInfo {
  readonly oid: string;
  /** As RFC 5280 calls it, or its object identifier. */
  readonly name: string;
  readonly critical: boolean;
  /** What it says in words, a line each. */
  readonly text: readonly string[];
  /** The content of its OCTET STRING, hexadecimal. */
  readonly value: string;
}

export function extensionInfo(extension: Extension): ExtensionInfo {
  const { oid, critical, value } = extension;
  const text = extensionLines(extension);
  return { oid, name: extensionTitle(oid), critical, text, value: toHex(value) };
}

/** Its name, or its object identifier. */
export function extensionTitle(oid: string): string {
  return extensionName(oid) ?? oid;
}

const SHOWN_BYTES = 64;

/** What it says; at least one line. */
export function extensionLines({ parsed }: Pick<Extension, 'parsed'>): readonly string[] {
  const lines = linesOf(parsed);
  return lines.length > 0 ? lines : ['nothing'];
}

function linesOf(value: ExtensionValue): readonly string[] {
  switch (value.kind) {
    case 'basicConstraints':
      return [
        value.ca
          ? `CA${value.pathLength === undefined ? '' : `, path length ${value.pathLength}`}`
          : 'not a CA',
      ];
    case 'keyUsage':
      return [value.usages.join(', ')];
    case 'extendedKeyUsage':
      return [value.purposes.map((oid) => purposeName(oid) ?? oid).join(', ')];
    case 'subjectKeyIdentifier':
      return [toColonHex(value.id)];
    case 'authorityKeyIdentifier':
      return [
        ...(value.keyId ? [toColonHex(value.keyId)] : []),
        ...(value.issuer ?? []).map((name) => `issuer ${formatGeneralName(name)}`),
        ...(value.serial ? [`serial ${toHex(value.serial)}`] : []),
      ];
    case 'subjectAltName':
    case 'issuerAltName':
    case 'certificateIssuer':
      return value.names.map(formatGeneralName);
    case 'nameConstraints':
      return [
        ...value.constraints.permitted.map((subtree) => `permits ${formatSubtree(subtree)}`),
        ...value.constraints.excluded.map((subtree) => `excludes ${formatSubtree(subtree)}`),
      ];
    case 'certificatePolicies':
      return value.policies.flatMap(policyLines);
    case 'policyMappings':
      return value.mappings.map((one) => `${one.issuerDomain} is taken as ${one.subjectDomain}`);
    case 'policyConstraints':
      return [
        ...skipLine('an explicit policy is needed', value.requireExplicitPolicy),
        ...skipLine('policies are not mapped', value.inhibitPolicyMapping),
      ];
    case 'inhibitAnyPolicy':
      return skipLine('any policy is not accepted', value.skipCerts);
    case 'crlDistributionPoints':
    case 'freshestCrl':
      return value.points.flatMap(pointLines);
    case 'authorityInfoAccess':
    case 'subjectInfoAccess':
      return value.descriptions.map(
        ({ method, location }) => `${methodName(method)} ${formatGeneralName(location)}`,
      );
    case 'crlNumber':
      return [value.number.toString()];
    case 'deltaCrlIndicator':
      return [`changes CRL ${value.baseNumber}`];
    case 'issuingDistributionPoint':
      return issuingPointLines(value);
    case 'reasonCode':
      return [value.reason];
    case 'invalidityDate':
      return [formatTime(value.date)];
    case 'unknown':
      return [textOf(value.value) ?? cutHex(value.value)];
    case 'malformed':
      return [`malformed: ${value.reason}`, cutHex(value.value)];
  }
}

/** What nothing but a text says, as comments do. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const found = readWhole(bytes);
    return isStringTag(found.tag) ? quoteForeign(readString(found)) : undefined;
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'DER_MALFORMED') return undefined;
    throw error;
  }
}

function cutHex(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  const shown = toHex(bytes.subarray(0, SHOWN_BYTES));
  return bytes.length > SHOWN_BYTES ? `${shown}… (${bytes.length} bytes)` : shown;
}

function skipLine(what: string, skip: number | undefined): readonly string[] {
  if (skip === undefined) return [];
  return [skip === 0 ? what : `${what} after ${skip} further certificates`];
}

function policyLines({ oid, qualifiers }: PolicyInformation): readonly string[] {
  const name = oid === '2.5.29.32.0' ? 'any policy' : oid;
  return [
    name,
    ...qualifiers.map(({ oid: kind, cps, notice }) => {
      if (cps !== undefined) return `  statement at ${quoteForeign(cps)}`;
      return notice === undefined ? `  qualifier ${kind}` : `  notice ${quoteForeign(notice)}`;
    }),
  ];
}

function pointLines({ name, reasons, crlIssuer }: DistributionPoint): readonly string[] {
  const limits = [
    ...(reasons ? [`for ${reasons.join(', ')}`] : []),
    ...(crlIssuer ?? []).map((issuer) => `signed by ${formatGeneralName(issuer)}`),
  ].join(', ');
  const places = pointNames(name);
  if (places.length === 0) return limits === '' ? [] : [limits];
  return places.map((place) => (limits === '' ? place : `${place} (${limits})`));
}

function pointNames(name: DistributionPoint['name']): readonly string[] {
  if (name === undefined) return [];
  return name.kind === 'fullName'
    ? name.names.map(formatGeneralName)
    : [`relative name ${toHex(name.der)}`];
}

function issuingPointLines(point: IssuingDistributionPoint): readonly string[] {
  return [
    ...pointNames(point.name),
    ...(point.onlyUserCerts ? ['end entities only'] : []),
    ...(point.onlyCaCerts ? ['CAs only'] : []),
    ...(point.onlyAttributeCerts ? ['attribute certificates only'] : []),
    ...(point.onlySomeReasons ? [`only for ${point.onlySomeReasons.join(', ')}`] : []),
    ...(point.indirectCrl ? ['lists certificates of other issuers too'] : []),
  ];
}

const METHOD_NAMES = new Map<string, string>(
  Object.entries(ACCESS_METHODS).map(([name, oid]) => [oid, name]),
);

function methodName(oid: string): string {
  return METHOD_NAMES.get(oid) ?? oid;
}
