import { toHex } from '../../base/bytes.ts';
import { KEY_USAGES } from '../../x509/extension-names.ts';
import { lastBit, rawBits } from '../raw/bits.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const keyUsageTooLong: LintRule = {
  id: 'key-usage-too-long',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.3',
  what: 'the key usage has the nine bits that are defined',
  remedy: ANEW,
  check: (subject) => {
    const found = subject.extension('keyUsage');
    const bits = found && rawBits(found.value);
    return found && bits && lastBit(bits) >= KEY_USAGES.length
      ? hit('the key usage has bits that are not defined', 'key usage', toHex(found.value))
      : undefined;
  },
};
