import { countryString } from '../families/country.ts';

// X520countryName ::= PrintableString (SIZE (2))
export const issuerCountryNotPrintable = countryString(
  'issuer-country-not-printable',
  'issuer',
  'RFC 5280 A.1',
  ({ issuerName }) => issuerName,
);
