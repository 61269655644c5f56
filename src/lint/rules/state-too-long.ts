import { attributeBound } from '../families/attribute-bound.ts';

export const stateTooLong = attributeBound({
  id: 'state-too-long',
  oid: '2.5.4.8',
  citation: 'RFC 5280 A.1',
});
