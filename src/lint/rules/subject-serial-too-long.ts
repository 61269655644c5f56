import { attributeBound } from '../families/attribute-bound.ts';

export const subjectSerialTooLong = attributeBound({
  id: 'subject-serial-too-long',
  oid: '2.5.4.5',
  citation: 'RFC 5280 A.1',
});
