// A subject as the fields of a Certificate of cert-manager, or as its text.
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import {
  formatDn,
  isText,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from '../name/dn.ts';
import type { TemplateData } from './render.ts';

/** Fields of `spec.subject` by the types that they stand for, in the order in which they are encoded. */
const FIELDS: readonly (readonly [oid: string, field: string])[] = [
  ['2.5.4.6', 'countries'],
  ['2.5.4.10', 'organizations'],
  ['2.5.4.11', 'organizationalUnits'],
  ['2.5.4.7', 'localities'],
  ['2.5.4.8', 'provinces'],
  ['2.5.4.9', 'streetAddresses'],
  ['2.5.4.17', 'postalCodes'],
];
const COMMON_NAME = '2.5.4.3';
const SERIAL_NUMBER = '2.5.4.5';

/** Keywords that its reader of `literalSubject` knows; others are written as OIDs. */
const KEYWORDS: Readonly<Record<string, string>> = {
  [COMMON_NAME]: 'CN',
  [SERIAL_NUMBER]: 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** Octets of the longest common name that its webhook takes: Go counts them, not letters. */
const LONGEST_COMMON_NAME = 64;

export interface SubjectFields {
  readonly commonName: string | undefined;
  readonly subject: TemplateData | undefined;
  /** In place of both. */
  readonly literalSubject: string | undefined;
}

/** Throws BAD_SUBJECT for what has no field there. */
export function subjectFields(dn: DistinguishedName): SubjectFields {
  checkValues(dn);
  const single = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const { oid, value } of dn.rdns.flat()) {
    if (oid === COMMON_NAME || oid === SERIAL_NUMBER) {
      if (single.has(oid)) throw unsaid(dn, 'cert-manager takes one CN and one serialNumber');
      single.set(oid, value);
      continue;
    }
    const field = FIELDS.find(([type]) => type === oid)?.[1];
    if (field === undefined)
      throw unsaid(dn, 'cert-manager has no field for a part of the subject');
    lists.set(field, [...(lists.get(field) ?? []), value]);
  }
  const serialNumber = single.get(SERIAL_NUMBER);
  return {
    commonName: single.get(COMMON_NAME),
    subject:
      lists.size === 0 && serialNumber === undefined
        ? undefined
        : { ...Object.fromEntries(lists), serialNumber },
    literalSubject: undefined,
  };
}

/**
 * The very subject, whose order counts for those who compare it: as fields where these come to the
 * same, else as text (RFC 4514). Throws BAD_SUBJECT for what is no text.
 */
export function exactSubject(dn: DistinguishedName): SubjectFields {
  checkValues(dn);
  if (isAsFields(dn)) return subjectFields(dn);
  const literalSubject = dn.rdns
    .map((rdn) => rdn.map(attributeText).join('+'))
    .reverse()
    .join(',');
  return { commonName: undefined, subject: undefined, literalSubject };
}

/** cert-manager encodes fields in one order, with all values of a type together. */
function isAsFields({ rdns }: DistinguishedName): boolean {
  const order = [...FIELDS.map(([oid]) => oid), COMMON_NAME, SERIAL_NUMBER];
  const places = rdns.map((rdn) => {
    const types = new Set(rdn.map(({ oid }) => oid));
    const [type = ''] = types;
    const one = type !== COMMON_NAME && type !== SERIAL_NUMBER ? true : rdn.length === 1;
    return types.size === 1 && one ? order.indexOf(type) : -1;
  });
  return places.every((place, index) => place > (places[index - 1] ?? -1));
}

function attributeText({ oid, value }: AttributeTypeAndValue): string {
  const escaped = value
    .replace(/[\\,+"<>;=]/g, (letter) => `\\${letter}`)
    .replace(/^[# ]| $/g, (letter) => `\\${letter}`)
    // eslint-disable-next-line no-control-regex -- they would not be seen
    .replace(/[\u0000-\u001f\u007f]/g, (letter) =>
      [...toUtf8(letter)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
    );
  return `${KEYWORDS[oid] ?? oid}=${escaped}`;
}

function checkValues(dn: DistinguishedName): void {
  for (const attribute of dn.rdns.flat()) {
    if (!isText(attribute)) throw unsaid(dn, 'the subject holds what is no text');
    if (attribute.oid === COMMON_NAME && toUtf8(attribute.value).length > LONGEST_COMMON_NAME)
      throw unsaid(dn, `cert-manager takes ${LONGEST_COMMON_NAME} octets of a common name at most`);
  }
}

function unsaid(dn: DistinguishedName, what: string): MtlsError {
  return new MtlsError('BAD_SUBJECT', `${what}: ${quoteForeign(formatDn(dn))}`, {
    hint: 'name CN, O, OU, C, ST, L, STREET, postalCode and serialNumber alone: --subject "CN=api,O=Example"',
  });
}
