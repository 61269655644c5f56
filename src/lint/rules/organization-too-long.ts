import { attributeBound } from '../families/attribute-bound.ts';

export const organizationTooLong = attributeBound({
  id: 'organization-too-long',
  oid: '2.5.4.10',
  citation: 'RFC 5280 A.1',
});
