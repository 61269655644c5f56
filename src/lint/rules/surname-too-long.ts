import { attributeBound } from '../families/attribute-bound.ts';

export const surnameTooLong = attributeBound({
  id: 'surname-too-long',
  oid: '2.5.4.4',
  citation: 'RFC 5280 A.1',
});
