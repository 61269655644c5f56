import { irregular } from '../families/irregular.ts';

export const serialTooLong = irregular({
  id: 'serial-too-long',
  code: 'SERIAL_TOO_LONG',
  field: 'serial number',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.2',
  what: 'the serial number has at most 20 octets',
});
