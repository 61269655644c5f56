import { irregular } from '../families/irregular.ts';

export const keyUsageEmpty = irregular({
  id: 'key-usage-empty',
  code: 'KEY_USAGE_EMPTY',
  field: 'key usage',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.3',
  what: 'the key usage, where there is one, permits something',
});
