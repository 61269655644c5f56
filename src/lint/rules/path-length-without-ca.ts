import { toHex } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// CAs MUST NOT include the pathLenConstraint field unless the cA boolean is asserted and the key
// usage extension asserts the keyCertSign bit.
export const pathLengthWithoutCa: LintRule = {
  id: 'path-length-without-ca',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.9',
  what: 'only a CA that signs certificates has a path length',
  remedy: ANEW,
  check: (subject) => {
    const { pathLength, ca } = subject.constraints ?? {};
    if (pathLength === undefined) return undefined;
    const signs = !subject.extension('keyUsage') || subject.has('keyCertSign');
    return ca === true && signs
      ? undefined
      : hit(
          'it has a path length and is no CA that signs certificates',
          'basicConstraints: pathLenConstraint',
          toHex(pathLength),
        );
  },
};
