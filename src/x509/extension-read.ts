// DER to extension values: one row per kind, with the clause that defines it.
import {
  contextConstructed,
  contextPrimitive,
  readerOf,
  Tag,
  type DerReader,
} from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { readTime } from '../asn1/time.ts';
import { decodeNameConstraints } from '../name/constraints.ts';
import {
  readAccessDescriptions,
  readDistributionPoints,
  readIssuingDistributionPoint,
} from './extension-read-points.ts';
import {
  readCertificatePolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './extension-read-policies.ts';
import {
  defaultFalse,
  generalNames,
  list,
  malformed,
  namedBits,
  type Note,
  type ReadValue,
} from './extension-reading.ts';
import { EXTENSION_OIDS, KEY_USAGES, type KnownExtensionKind } from './extension-names.ts';
import { REVOCATION_REASONS, type ExtensionValue } from './extension-values.ts';
import { bigintOf } from './integers.ts';

export interface KnownExtension {
  readonly clause: string;
  readonly read: (reader: DerReader, note: Note) => ExtensionValue;
}

const basicConstraints: ReadValue<'basicConstraints'> = (outer, note) => {
  const reader = outer.enter();
  const ca = defaultFalse(reader, note, 'cA');
  const pathLength = reader.peek() === Tag.Integer ? reader.smallInteger() : undefined;
  reader.end();
  return { kind: 'basicConstraints', ca, ...(pathLength !== undefined && { pathLength }) };
};

const keyUsage: ReadValue<'keyUsage'> = (reader, note) => {
  const usages = namedBits(reader, note).map((bit) => {
    const usage = KEY_USAGES[bit];
    if (!usage) throw malformed(`key usage bit ${bit} is not defined`);
    return usage;
  });
  if (usages.length === 0) note('KEY_USAGE_EMPTY', 'the key usage permits nothing');
  return { kind: 'keyUsage', usages };
};

const authorityKeyIdentifier: ReadValue<'authorityKeyIdentifier'> = (outer, note) => {
  const reader = outer.enter();
  const keyId = reader.optional(contextPrimitive(0))?.content;
  const names = reader.optional(contextConstructed(1));
  const serialTag = contextPrimitive(2);
  const serial = reader.peek() === serialTag ? reader.integerBytes(serialTag) : undefined;
  reader.end();
  return {
    kind: 'authorityKeyIdentifier',
    ...(keyId && { keyId }),
    ...(names && { issuer: generalNames(readerOf(names), note) }),
    ...(serial && { serial }),
  };
};

const reasonCode: ReadValue<'reasonCode'> = (reader) => {
  const code = reader.smallInteger(Tag.Enumerated);
  const reason = REVOCATION_REASONS[code];
  if (!reason) throw malformed(`reason code ${code} is not defined`);
  return { kind: 'reasonCode', reason };
};

const invalidityDate: ReadValue<'invalidityDate'> = (reader) => {
  if (reader.peek() !== Tag.GeneralizedTime) throw malformed('a GeneralizedTime was expected');
  return { kind: 'invalidityDate', date: readTime(reader) };
};

function names<Kind extends 'subjectAltName' | 'issuerAltName' | 'certificateIssuer'>(kind: Kind) {
  return ((outer, note) => ({ kind, names: generalNames(outer.enter(), note) })) as ReadValue<Kind>;
}

function nonNegative(reader: DerReader): bigint {
  const value = bigintOf(reader.integerBytes());
  if (value < 0n) throw malformed('negative integer');
  return value;
}

const ROWS: {
  readonly [Kind in KnownExtensionKind]: {
    readonly clause: string;
    readonly read: ReadValue<Kind>;
  };
} = {
  subjectKeyIdentifier: {
    clause: 'RFC 5280 §4.2.1.2',
    read: (reader) => ({ kind: 'subjectKeyIdentifier', id: reader.octetString() }),
  },
  keyUsage: { clause: 'RFC 5280 §4.2.1.3', read: keyUsage },
  subjectAltName: { clause: 'RFC 5280 §4.2.1.6', read: names('subjectAltName') },
  issuerAltName: { clause: 'RFC 5280 §4.2.1.7', read: names('issuerAltName') },
  basicConstraints: { clause: 'RFC 5280 §4.2.1.9', read: basicConstraints },
  nameConstraints: {
    clause: 'RFC 5280 §4.2.1.10',
    read: (reader) => ({
      kind: 'nameConstraints',
      constraints: decodeNameConstraints(reader.next().whole),
    }),
  },
  certificatePolicies: { clause: 'RFC 5280 §4.2.1.4', read: readCertificatePolicies },
  policyMappings: { clause: 'RFC 5280 §4.2.1.5', read: readPolicyMappings },
  authorityKeyIdentifier: { clause: 'RFC 5280 §4.2.1.1', read: authorityKeyIdentifier },
  policyConstraints: { clause: 'RFC 5280 §4.2.1.11', read: readPolicyConstraints },
  extendedKeyUsage: {
    clause: 'RFC 5280 §4.2.1.12',
    read: (reader, note) => ({
      kind: 'extendedKeyUsage',
      purposes: list(reader.enter(), note, (item) => readOid(item)),
    }),
  },
  crlDistributionPoints: {
    clause: 'RFC 5280 §4.2.1.13',
    read: (reader, note) => ({
      kind: 'crlDistributionPoints',
      points: readDistributionPoints(reader, note),
    }),
  },
  inhibitAnyPolicy: {
    clause: 'RFC 5280 §4.2.1.14',
    read: (reader) => ({ kind: 'inhibitAnyPolicy', skipCerts: reader.smallInteger() }),
  },
  freshestCrl: {
    clause: 'RFC 5280 §4.2.1.15',
    read: (reader, note) => ({ kind: 'freshestCrl', points: readDistributionPoints(reader, note) }),
  },
  authorityInfoAccess: {
    clause: 'RFC 5280 §4.2.2.1',
    read: (reader, note) => ({
      kind: 'authorityInfoAccess',
      descriptions: readAccessDescriptions(reader, note),
    }),
  },
  subjectInfoAccess: {
    clause: 'RFC 5280 §4.2.2.2',
    read: (reader, note) => ({
      kind: 'subjectInfoAccess',
      descriptions: readAccessDescriptions(reader, note),
    }),
  },
  crlNumber: {
    clause: 'RFC 5280 §5.2.3',
    read: (reader) => ({ kind: 'crlNumber', number: nonNegative(reader) }),
  },
  deltaCrlIndicator: {
    clause: 'RFC 5280 §5.2.4',
    read: (reader) => ({ kind: 'deltaCrlIndicator', baseNumber: nonNegative(reader) }),
  },
  issuingDistributionPoint: { clause: 'RFC 5280 §5.2.5', read: readIssuingDistributionPoint },
  reasonCode: { clause: 'RFC 5280 §5.3.1', read: reasonCode },
  invalidityDate: { clause: 'RFC 5280 §5.3.2', read: invalidityDate },
  certificateIssuer: { clause: 'RFC 5280 §5.3.3', read: names('certificateIssuer') },
};

const byOid = new Map<string, KnownExtension>(
  (Object.keys(ROWS) as KnownExtensionKind[]).map((kind): [string, KnownExtension] => [
    EXTENSION_OIDS[kind],
    ROWS[kind],
  ]),
);

/** The reader of an extension, where the program has one. */
export function knownExtension(oid: string): KnownExtension | undefined {
  return byOid.get(oid);
}
