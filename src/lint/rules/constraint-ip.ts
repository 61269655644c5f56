import { toColonHex } from '../../base/bytes.ts';
import { prefixLength } from '../../name/ip.ts';
import { subtreeRule } from '../families/subtree.ts';

// An address and a mask of the same length, the mask in the style of RFC 4632 (CIDR).
export const constraintIp = subtreeRule({
  id: 'constraint-ip',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'an IP constraint is an address and a mask of leading ones',
  cause: 'an IP constraint is no address block',
  fault: ({ base: { kind, content } }) => {
    if (kind !== 'ip') return undefined;
    const half = content.length / 2;
    const sound = (half === 4 || half === 16) && prefixLength(content.subarray(half)) !== undefined;
    return sound ? undefined : toColonHex(content);
  },
});
