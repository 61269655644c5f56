import { attributeBound } from '../families/attribute-bound.ts';

export const postalCodeTooLong = attributeBound({
  id: 'postal-code-too-long',
  oid: '2.5.4.17',
  citation: 'X.520 §6.6.2',
});
