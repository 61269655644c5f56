import { attributeBound } from '../families/attribute-bound.ts';

// X.520 bound names at 64 in 2001, RFC 5280 at 32768: programs of before keep room for 64.
export const givenNameLong = attributeBound({
  id: 'given-name-long',
  oid: '2.5.4.42',
  severity: 'warning',
  max: 64,
  citation: 'X.520 (2001) Annex C',
});
