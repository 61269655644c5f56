// The plain values as our writer takes them.
import type { SpkiDer } from '../../src/base/bytes.ts';
import { Tag } from '../../src/asn1/reader.ts';
import { utf8String } from '../../src/asn1/string.ts';
import { encodeDn, type DistinguishedName } from '../../src/name/dn.ts';
import type { GeneralSubtree, NameConstraints } from '../../src/name/constraints.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { ACCESS_METHODS, KEY_USAGES, type ExtensionInput } from '../../src/x509/extensions.ts';
import type { TbsInput } from '../../src/x509/tbs.ts';
import {
  ALGORITHMS,
  IA5,
  isCritical,
  PRINTABLE,
  SPKIS,
  UPN,
  type Attribute,
  type Plain,
  type PlainName,
  type PlainSubtree,
} from './tbs-inputs.ts';

function ourDn(attributes: readonly Attribute[]): DistinguishedName {
  return {
    rdns: attributes.map(({ type, value }) => [
      {
        oid: type,
        value,
        tag: IA5.includes(type)
          ? Tag.Ia5String
          : PRINTABLE.test(value)
            ? Tag.PrintableString
            : Tag.Utf8String,
      },
    ]),
  };
}

function ourName(found: PlainName): GeneralName {
  switch (found.kind) {
    case 'ip':
      return { kind: 'ip', value: Uint8Array.from(found.bytes) };
    case 'dirName': {
      const value = ourDn(found.rdns);
      return { kind: 'dirName', value, der: encodeDn(value) };
    }
    case 'upn':
      return { kind: 'other', oid: UPN, value: utf8String(found.value) };
    case 'rid':
    case 'dns':
    case 'email':
    case 'uri':
      return found;
  }
}

function ourSubtree(found: PlainSubtree): GeneralSubtree {
  if (found.kind === 'dirName') {
    const value = ourDn(found.rdns);
    return { kind: 'dirName', value, der: encodeDn(value) };
  }
  if (found.kind !== 'ip') return found;
  const mask = found.bytes.map((_, octet) => {
    const bits = Math.min(8, Math.max(0, found.prefix - 8 * octet));
    return (0xff << (8 - bits)) & 0xff;
  });
  return { kind: 'ip', address: Uint8Array.from(found.bytes), mask: Uint8Array.from(mask) };
}

function constraintsOf(input: Plain): NameConstraints | undefined {
  const { permitted, excluded } = input;
  if (permitted.length + excluded.length === 0) return undefined;
  return { permitted: permitted.map(ourSubtree), excluded: excluded.map(ourSubtree) };
}

function ourExtensions(input: Plain): readonly ExtensionInput[] {
  const { basic, usages, purposes, subjectKeyId, authorityKeyId, names, policies } = input;
  const { crlUrls, ocspUrls } = input;
  const constraints = constraintsOf(input);
  const uri = (value: string): GeneralName => ({ kind: 'uri', value });
  const values: (ExtensionInput['value'] | undefined)[] = [
    basic && { kind: 'basicConstraints', ...basic },
    usages && { kind: 'keyUsage', usages: usages.map((bit) => KEY_USAGES[bit] ?? 'cRLSign') },
    purposes && { kind: 'extendedKeyUsage', purposes },
    subjectKeyId && { kind: 'subjectKeyIdentifier', id: Uint8Array.from(subjectKeyId) },
    authorityKeyId && { kind: 'authorityKeyIdentifier', keyId: Uint8Array.from(authorityKeyId) },
    names && { kind: 'subjectAltName', names: names.map(ourName) },
    constraints && { kind: 'nameConstraints', constraints },
    policies && {
      kind: 'certificatePolicies',
      policies: policies.map((oid) => ({ oid, qualifiers: [] })),
    },
    crlUrls && {
      kind: 'crlDistributionPoints',
      points: crlUrls.map((url) => ({ name: { kind: 'fullName', names: [uri(url)] } })),
    },
    ocspUrls && {
      kind: 'authorityInfoAccess',
      descriptions: ocspUrls.map((url) => ({ method: ACCESS_METHODS.ocsp, location: uri(url) })),
    },
  ];
  return values.flatMap((value, index) =>
    value ? [{ value, critical: isCritical(input, index) }] : [],
  );
}

export function ourInput(input: Plain): TbsInput {
  const [algorithm] = ALGORITHMS[input.algorithm] as (typeof ALGORITHMS)[number];
  return {
    serial: Uint8Array.from(input.serial),
    algorithm,
    issuer: encodeDn(ourDn(input.issuer)),
    subject: encodeDn(ourDn(input.subject)),
    notBefore: input.notBefore,
    notAfter: input.notAfter,
    spki: SPKIS[input.spki] as SpkiDer,
    extensions: ourExtensions(input),
  };
}
