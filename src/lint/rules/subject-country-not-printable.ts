import { countryString } from '../families/country.ts';

// X520countryName ::= PrintableString (SIZE (2))
export const subjectCountryNotPrintable = countryString(
  'subject-country-not-printable',
  'subject',
  'RFC 5280 A.1',
  ({ subjectName }) => subjectName,
);
