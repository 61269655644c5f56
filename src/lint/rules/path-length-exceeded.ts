import { isSelfIssued } from '../../verify/names.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { anew } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

/** Longer chains are nobody's. */
const MAX_DEPTH = 16;

export const pathLengthExceeded: LintRule = {
  id: 'path-length-exceeded',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 5280 §6.1.4 (l)',
  what: 'a CA stands no deeper than those above it allow',
  remedy: anew('issue from the CA above, or make that one anew with a longer path length'),
  check: ({ certificate, issuer, isCa, pile }) => {
    if (!isCa || isSelfIssued(certificate)) return undefined;
    let below = 1;
    let above: Certificate | undefined = issuer;
    for (let depth = 0; above !== undefined && depth < MAX_DEPTH; depth++) {
      const allowed = above.basicConstraints?.pathLength;
      if (allowed !== undefined && allowed < below)
        return hit(
          `a CA above it allows ${allowed} CAs below itself, and this is number ${below}`,
          'basicConstraints: pathLenConstraint',
          `${allowed} in ${certificateTitle(above)}`,
        );
      if (!isSelfIssued(above)) below++;
      above = pile.issuerOf(above);
    }
    return undefined;
  },
};
