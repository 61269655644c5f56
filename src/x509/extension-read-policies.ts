// Certificate policies and what bounds them (RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11, §4.2.1.14).
import { contextPrimitive, readerOf, Tag, type DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { isStringTag, readString } from '../asn1/string.ts';
import { list, type Note, type ReadValue } from './extension-reading.ts';
import type { PolicyQualifier } from './extension-values.ts';

const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

function policyQualifier(items: DerReader): PolicyQualifier {
  const reader = items.enter();
  const oid = readOid(reader);
  const found = reader.next();
  reader.end();
  const der = found.whole;
  if (oid === CPS) return { oid, der, cps: readString(found) };
  if (oid !== USER_NOTICE) return { oid, der };
  const notice = readerOf(found);
  // noticeRef is passed over: RFC 5280 asks CAs not to use it
  notice.optional(Tag.Sequence);
  const tag = notice.peek();
  const text = tag !== undefined && isStringTag(tag) ? readString(notice.next()) : undefined;
  notice.end();
  return { oid, der, ...(text !== undefined && { notice: text }) };
}

export const readCertificatePolicies: ReadValue<'certificatePolicies'> = (outer, note) => {
  const seen = new Set<string>();
  const policies = list(outer.enter(), note, (items) => {
    const reader = items.enter();
    const oid = readOid(reader);
    if (seen.has(oid)) note('POLICY_DUPLICATE', `the policy ${oid} stands twice`);
    seen.add(oid);
    const qualifiers = reader.done ? [] : list(reader.enter(), note, policyQualifier);
    reader.end();
    return { oid, qualifiers };
  });
  return { kind: 'certificatePolicies', policies };
};

export const readPolicyMappings: ReadValue<'policyMappings'> = (outer, note) => {
  const mappings = list(outer.enter(), note, (items) => {
    const reader = items.enter();
    const mapping = { issuerDomain: readOid(reader), subjectDomain: readOid(reader) };
    reader.end();
    return mapping;
  });
  return { kind: 'policyMappings', mappings };
};

function skipCerts(reader: DerReader, number: number): number | undefined {
  const tag = contextPrimitive(number);
  return reader.peek() === tag ? reader.smallInteger(tag) : undefined;
}

export const readPolicyConstraints: ReadValue<'policyConstraints'> = (outer, note: Note) => {
  const reader = outer.enter();
  const requireExplicitPolicy = skipCerts(reader, 0);
  const inhibitPolicyMapping = skipCerts(reader, 1);
  reader.end();
  if (requireExplicitPolicy === undefined && inhibitPolicyMapping === undefined)
    note('EXTENSION_EMPTY', 'the policy constraints hold neither of their fields');
  return {
    kind: 'policyConstraints',
    ...(requireExplicitPolicy !== undefined && { requireExplicitPolicy }),
    ...(inhibitPolicyMapping !== undefined && { inhibitPolicyMapping }),
  };
};
