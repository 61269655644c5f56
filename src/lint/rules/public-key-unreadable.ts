import { irregular } from '../families/irregular.ts';

export const publicKeyUnreadable = irregular({
  id: 'public-key-unreadable',
  code: 'KEY_UNREADABLE',
  field: 'public key',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.7',
  what: 'the public key keeps the form of its algorithm',
});
