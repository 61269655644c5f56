import { toHex } from '../../base/bytes.ts';
import { subtreeRule } from '../families/subtree.ts';

// Within this profile, the minimum and maximum fields are not used with any name forms, thus, the
// minimum MUST be zero, and maximum MUST be absent.
export const constraintMinimum = subtreeRule({
  id: 'constraint-minimum',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'the minimum of a name constraint is zero',
  cause: 'a name constraint has a minimum, which programs refuse or ignore',
  fault: ({ minimum }) => (minimum?.some(Boolean) ? `minimum ${toHex(minimum)}` : undefined),
});
