import { attributeBound } from '../families/attribute-bound.ts';

export const localityTooLong = attributeBound({
  id: 'locality-too-long',
  oid: '2.5.4.7',
  citation: 'RFC 5280 A.1',
});
