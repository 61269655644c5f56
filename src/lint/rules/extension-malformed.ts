import { irregular } from '../families/irregular.ts';

export const extensionMalformed = irregular({
  id: 'extension-malformed',
  code: 'EXTENSION_MALFORMED',
  field: 'extensions',
  severity: 'error',
  citation: 'RFC 5280 §4.2',
  what: 'every extension keeps its syntax',
});
