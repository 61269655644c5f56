import { COMMON_NAME } from '../../name/attributes.ts';
import { attributeBound } from '../families/attribute-bound.ts';

export const commonNameTooLong = attributeBound({
  id: 'common-name-too-long',
  oid: COMMON_NAME,
  citation: 'RFC 5280 A.1',
});
