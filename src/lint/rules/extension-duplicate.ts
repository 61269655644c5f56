import { irregular } from '../families/irregular.ts';

export const extensionDuplicate = irregular({
  id: 'extension-duplicate',
  code: 'EXTENSION_DUPLICATE',
  field: 'extensions',
  severity: 'error',
  citation: 'RFC 5280 §4.2',
  what: 'no extension stands twice',
});
