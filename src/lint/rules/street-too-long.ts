import { attributeBound } from '../families/attribute-bound.ts';

export const streetTooLong = attributeBound({
  id: 'street-too-long',
  oid: '2.5.4.9',
  citation: 'X.520 §6.3.4',
});
