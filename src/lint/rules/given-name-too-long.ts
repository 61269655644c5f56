import { attributeBound } from '../families/attribute-bound.ts';

export const givenNameTooLong = attributeBound({
  id: 'given-name-too-long',
  oid: '2.5.4.42',
  citation: 'RFC 5280 A.1',
});
