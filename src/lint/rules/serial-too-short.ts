import { toHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

/** 64 random bits need as many octets; a CA that counts stays far below. */
const OCTETS = 8;

// At least 64 bits of output from a CSPRNG: what makes a collision of hashes useless to an attacker.
export const serialTooShort: LintRule = {
  id: 'serial-too-short',
  profile: 'mtls',
  severity: 'warning',
  citation: 'TLS BR 7.1.2.7',
  what: 'the serial number of what a CA issues has room for 64 random bits',
  remedy: ANEW,
  check: ({ certificate: { serial }, selfIssued }) => {
    // What signs itself stands in nobody else's list
    if (selfIssued || serial.length >= OCTETS || !serial.some(Boolean)) return undefined;
    return hit(
      'the serial number is too short for 64 random bits, so others can be guessed',
      'serial number',
      toHex(serial),
    );
  },
};
