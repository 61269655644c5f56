// Where CRLs and other data are found (RFC 5280 §4.2.1.13, §4.2.2, §5.2.5).
import {
  contextConstructed,
  contextPrimitive,
  readerOf,
  Tag,
  type DerReader,
} from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { element, sequence } from '../asn1/writer.ts';
import { decodeDn } from '../name/dn.ts';
import { readGeneralName } from '../name/san.ts';
import {
  defaultFalse,
  generalNames,
  list,
  malformed,
  namedBits,
  type Note,
  type ReadValue,
} from './extension-reading.ts';
import {
  REASON_FLAGS,
  type AccessDescription,
  type DistributionPoint,
  type DistributionPointName,
  type ReasonFlag,
} from './extension-values.ts';

function pointName(outer: DerReader, note: Note): DistributionPointName | undefined {
  const wrapper = outer.optional(contextConstructed(0));
  if (!wrapper) return undefined;
  const reader = readerOf(wrapper);
  const full = reader.optional(contextConstructed(0));
  if (full) {
    reader.end();
    return { kind: 'fullName', names: generalNames(readerOf(full), note) };
  }
  const der = element(Tag.Set, reader.next(contextConstructed(1)).content);
  reader.end();
  const [rdn] = decodeDn(sequence(der)).rdns;
  if (!rdn) throw malformed('a relative name without attributes');
  return { kind: 'relativeName', value: rdn, der };
}

function reasonFlags(
  reader: DerReader,
  note: Note,
  number: number,
): readonly ReasonFlag[] | undefined {
  const tag = contextPrimitive(number);
  if (reader.peek() !== tag) return undefined;
  return namedBits(reader, note, tag).map((bit) => {
    const found = REASON_FLAGS[bit];
    if (!found) throw malformed(`reason bit ${bit} is not defined`);
    return found;
  });
}

export function readDistributionPoints(outer: DerReader, note: Note): DistributionPoint[] {
  return list(outer.enter(), note, (items) => {
    const reader = items.enter();
    const name = pointName(reader, note);
    const reasons = reasonFlags(reader, note, 1);
    const issuer = reader.optional(contextConstructed(2));
    reader.end();
    if (!name && !issuer)
      note('EXTENSION_EMPTY', 'a distribution point has neither a name nor an issuer');
    return {
      ...(name && { name }),
      ...(reasons && { reasons }),
      ...(issuer && { crlIssuer: generalNames(readerOf(issuer), note) }),
    };
  });
}

export function readAccessDescriptions(outer: DerReader, note: Note): AccessDescription[] {
  return list(outer.enter(), note, (items) => {
    const reader = items.enter();
    const description = { method: readOid(reader), location: readGeneralName(reader) };
    reader.end();
    return description;
  });
}

export const readIssuingDistributionPoint: ReadValue<'issuingDistributionPoint'> = (
  outer,
  note,
) => {
  const reader = outer.enter();
  const flag = (number: number, what: string) =>
    defaultFalse(reader, note, what, contextPrimitive(number));
  const name = pointName(reader, note);
  const onlyUserCerts = flag(1, 'onlyContainsUserCerts');
  const onlyCaCerts = flag(2, 'onlyContainsCACerts');
  const onlySomeReasons = reasonFlags(reader, note, 3);
  const indirectCrl = flag(4, 'indirectCRL');
  const onlyAttributeCerts = flag(5, 'onlyContainsAttributeCerts');
  reader.end();
  return {
    kind: 'issuingDistributionPoint',
    ...(name && { name }),
    onlyUserCerts,
    onlyCaCerts,
    ...(onlySomeReasons && { onlySomeReasons }),
    indirectCrl,
    onlyAttributeCerts,
  };
};
