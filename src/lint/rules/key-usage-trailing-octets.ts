import { toHex } from '../../base/bytes.ts';
import { rawBits } from '../raw/bits.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Where a named bit list is encoded, the bitstring shall have all trailing 0 bits removed.
export const keyUsageTrailingOctets: LintRule = {
  id: 'key-usage-trailing-octets',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'X.690 §11.2.2',
  what: 'the key usage ends in the octet of its last bit',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('keyUsage');
    const bits = found && rawBits(found.value);
    return found && bits?.octets.at(-1) === 0
      ? hit('the key usage ends in an octet without bits', 'key usage', toHex(found.value))
      : undefined;
  },
};
