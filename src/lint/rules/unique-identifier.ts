import { irregular } from '../families/irregular.ts';

export const uniqueIdentifier = irregular({
  id: 'unique-identifier',
  code: 'UNIQUE_ID',
  field: 'unique identifier',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.8',
  what: 'there are no unique identifiers',
});
