import { toHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// It MUST be unique for each certificate issued by a given CA.
export const serialReused: LintRule = {
  id: 'serial-reused',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.2',
  what: 'a CA gives each serial number once',
  remedy: ANEW,
  check: ({ certificate, pile, issuer }) =>
    // Two CAs of one name count by themselves: only one issuer that is here can be held to it
    issuer && pile.twinsOf(certificate).some((twin) => pile.issuerOf(twin) === issuer)
      ? hit(
          'another certificate of the same CA has this serial number',
          'serial number',
          toHex(certificate.serial),
        )
      : undefined,
};
