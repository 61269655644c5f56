import { toHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// The serial number MUST be a positive integer assigned by the CA.
export const serialNotPositive: LintRule = {
  id: 'serial-not-positive',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.2',
  what: 'the serial number is positive',
  remedy: ANEW,
  check: ({ certificate: { serial } }) => {
    const negative = (serial[0] ?? 0) >= 0x80;
    if (!negative && serial.some(Boolean)) return undefined;
    const state = negative ? 'negative' : 'zero';
    return hit(`the serial number is ${state}`, 'serial number', toHex(serial));
  },
};
