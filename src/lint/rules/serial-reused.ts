import { toHex } from '../../base/bytes.ts';
import { serialKey } from '../pile.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';
import { others } from '../families/sharing.ts';

// It MUST be unique for each certificate issued by a given CA.
export const serialReused: LintRule = {
  id: 'serial-reused',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.2',
  what: 'a CA gives each serial number once',
  remedy: ANEW,
  check: ({ certificate, pile, issuer }) => {
    const twins = others(certificate, pile.bySerial.get(serialKey(certificate)) ?? []);
    // Two CAs of one name count by themselves: only one issuer that is here can be held to it
    const same = twins.filter((twin) => issuer !== undefined && pile.issuers.get(twin) === issuer);
    return same.length === 0
      ? undefined
      : hit(
          'another certificate of the same CA has this serial number',
          'serial number',
          toHex(certificate.serial),
        );
  },
};
