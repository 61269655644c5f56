// Attribute types of names: keywords, bounds and string types (RFC 4519, RFC 5280 Appendix A.1).

export interface AttributeType {
  readonly oid: string;
  /** What we write; the first is the RFC 4514 or OpenSSL keyword. */
  readonly keyword: string;
  /** Other keywords that are read. */
  readonly aliases: readonly string[];
  /** Upper bound in characters (RFC 5280 A.1, X.520, RFC 2985). */
  readonly max: number;
  /** The one string type that the standard allows; else PrintableString where it fits, UTF8String where not. */
  readonly only?: 'printable' | 'ia5';
}

export const COMMON_NAME = '2.5.4.3';
export const ORGANIZATION = '2.5.4.10';
export const COUNTRY = '2.5.4.6';
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  { oid: COMMON_NAME, keyword: 'CN', aliases: ['commonName'], max: 64 },
  { oid: ORGANIZATION, keyword: 'O', aliases: ['organizationName'], max: 64 },
  { oid: '2.5.4.11', keyword: 'OU', aliases: ['organizationalUnitName'], max: 64 },
  { oid: COUNTRY, keyword: 'C', aliases: ['countryName'], max: 2, only: 'printable' },
  { oid: '2.5.4.8', keyword: 'ST', aliases: ['S', 'stateOrProvinceName'], max: 128 },
  { oid: '2.5.4.7', keyword: 'L', aliases: ['localityName'], max: 128 },
  { oid: '2.5.4.9', keyword: 'STREET', aliases: ['streetAddress'], max: 128 },
  { oid: '2.5.4.17', keyword: 'postalCode', aliases: [], max: 40 },
  {
    oid: '0.9.2342.19200300.100.1.25',
    keyword: 'DC',
    aliases: ['domainComponent'],
    max: 63,
    only: 'ia5',
  },
  { oid: '0.9.2342.19200300.100.1.1', keyword: 'UID', aliases: ['userId'], max: 256 },
  { oid: EMAIL_ADDRESS, keyword: 'emailAddress', aliases: ['E', 'EMAIL'], max: 255, only: 'ia5' },
  { oid: '2.5.4.5', keyword: 'serialNumber', aliases: [], max: 64, only: 'printable' },
  { oid: '2.5.4.46', keyword: 'dnQualifier', aliases: [], max: 64, only: 'printable' },
  { oid: '2.5.4.12', keyword: 'title', aliases: ['T'], max: 64 },
  { oid: '2.5.4.4', keyword: 'SN', aliases: ['surname'], max: 32768 },
  { oid: '2.5.4.42', keyword: 'GN', aliases: ['givenName'], max: 32768 },
  { oid: '2.5.4.43', keyword: 'initials', aliases: [], max: 32768 },
  { oid: '2.5.4.44', keyword: 'generationQualifier', aliases: [], max: 32768 },
  { oid: '2.5.4.41', keyword: 'name', aliases: [], max: 32768 },
  { oid: '2.5.4.65', keyword: 'pseudonym', aliases: [], max: 128 },
  { oid: '2.5.4.15', keyword: 'businessCategory', aliases: [], max: 128 },
  { oid: '2.5.4.97', keyword: 'organizationIdentifier', aliases: [], max: 256 },
  { oid: '2.5.4.13', keyword: 'description', aliases: [], max: 1024 },
];

const byOid = new Map(ATTRIBUTE_TYPES.map((type) => [type.oid, type]));
const byKeyword = new Map(
  ATTRIBUTE_TYPES.flatMap((type) =>
    [type.keyword, ...type.aliases].map((word) => [word.toLowerCase(), type] as const),
  ),
);

export function attributeByOid(oid: string): AttributeType | undefined {
  return byOid.get(oid);
}

/** Keywords are read without regard to case (RFC 4514 §3). */
export function attributeByKeyword(keyword: string): AttributeType | undefined {
  return byKeyword.get(keyword.toLowerCase());
}
