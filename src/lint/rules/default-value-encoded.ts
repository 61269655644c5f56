import { irregular } from '../families/irregular.ts';

export const defaultValueEncoded = irregular({
  id: 'default-value-encoded',
  code: 'DEFAULT_ENCODED',
  field: 'encoding',
  severity: 'error',
  citation: 'X.690 §11.5',
  what: 'a value that is the default is left out',
});
