import { EMAIL_ADDRESS } from '../../name/attributes.ts';
import { attributeBound } from '../families/attribute-bound.ts';

export const subjectEmailTooLong = attributeBound({
  id: 'subject-email-too-long',
  oid: EMAIL_ADDRESS,
  citation: 'RFC 5280 A.1',
});
