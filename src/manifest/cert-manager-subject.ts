// A subject as the fields of a Certificate of cert-manager.
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { formatDn, isText, type DistinguishedName } from '../name/dn.ts';
import type { TemplateData } from './render.ts';

/** Fields of `spec.subject` by the types that they stand for. */
const FIELDS: Readonly<Record<string, string>> = {
  '2.5.4.10': 'organizations',
  '2.5.4.11': 'organizationalUnits',
  '2.5.4.6': 'countries',
  '2.5.4.8': 'provinces',
  '2.5.4.7': 'localities',
  '2.5.4.9': 'streetAddresses',
  '2.5.4.17': 'postalCodes',
};
const SERIAL_NUMBER = '2.5.4.5';
const COMMON_NAME = '2.5.4.3';

/** Longest common name that its webhook takes, in bytes of UTF-8. */
const LONGEST_COMMON_NAME = 64;

/** Throws BAD_SUBJECT for what has no field there. */
export function subjectFields(dn: DistinguishedName): {
  readonly commonName: string | undefined;
  readonly subject: TemplateData | undefined;
} {
  const fail = (what: string) =>
    new MtlsError('BAD_SUBJECT', `${what}: ${quoteForeign(formatDn(dn))}`, {
      hint: 'name CN, O, OU, C, ST, L, STREET, postalCode and serialNumber alone: --subject "CN=api,O=Example"',
    });
  const single = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const attribute of dn.rdns.flat()) {
    const { oid, value } = attribute;
    if (!isText(attribute)) throw fail('the subject holds what is no text');
    if (oid === COMMON_NAME || oid === SERIAL_NUMBER) {
      if (single.has(oid)) throw fail('cert-manager takes one CN and one serialNumber');
      single.set(oid, value);
      continue;
    }
    const field = FIELDS[oid];
    if (field === undefined) throw fail('cert-manager has no field for a part of the subject');
    lists.set(field, [...(lists.get(field) ?? []), value]);
  }
  const commonName = single.get(COMMON_NAME);
  if (commonName !== undefined && toUtf8(commonName).length > LONGEST_COMMON_NAME)
    throw fail(`cert-manager takes a common name of ${LONGEST_COMMON_NAME} bytes at most`);
  const serialNumber = single.get(SERIAL_NUMBER);
  return {
    commonName,
    subject:
      lists.size === 0 && serialNumber === undefined
        ? undefined
        : { ...Object.fromEntries(lists), serialNumber },
  };
}
