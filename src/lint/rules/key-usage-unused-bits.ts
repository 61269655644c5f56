import { toHex } from '../../base/bytes.ts';
import { lastBit, rawBits } from '../raw/bits.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const keyUsageUnusedBits: LintRule = {
  id: 'key-usage-unused-bits',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'X.690 §11.2.2',
  what: 'the key usage counts the bits behind its last one as unused',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('keyUsage');
    const bits = found && rawBits(found.value);
    // Whole octets too many are the matter of key-usage-trailing-octets
    if (!found || !bits || (bits.octets.at(-1) ?? 0) === 0) return undefined;
    return bits.unused === 7 - (lastBit(bits) % 8)
      ? undefined
      : hit('the key usage counts its unused bits wrongly', 'key usage', toHex(found.value));
  },
};
