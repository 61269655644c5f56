import { irregular } from '../families/irregular.ts';

export const versionUnknown = irregular({
  id: 'version-unknown',
  code: 'VERSION_UNKNOWN',
  field: 'version',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.1',
  what: 'the version is 1, 2 or 3',
});
