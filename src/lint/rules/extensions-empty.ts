import { irregular } from '../families/irregular.ts';

export const extensionsEmpty = irregular({
  id: 'extensions-empty',
  code: 'EXTENSIONS_EMPTY',
  field: 'extensions',
  severity: 'error',
  citation: 'RFC 5280 §4.1',
  what: 'the list of extensions, where there is one, holds some',
});
