import { attributeBound } from '../families/attribute-bound.ts';

export const organizationalUnitTooLong = attributeBound({
  id: 'organizational-unit-too-long',
  oid: '2.5.4.11',
  citation: 'RFC 5280 A.1',
});
