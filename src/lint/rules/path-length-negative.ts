import { toHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Where it appears, the pathLenConstraint field MUST be greater than or equal to zero.
export const pathLengthNegative: LintRule = {
  id: 'path-length-negative',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.9',
  what: 'a path length is not negative',
  remedy: ANEW,
  check: ({ constraints }) => {
    const pathLength = constraints?.pathLength;
    return pathLength && (pathLength[0] ?? 0) >= 0x80
      ? hit('its path length is negative', 'basicConstraints: pathLenConstraint', toHex(pathLength))
      : undefined;
  },
};
