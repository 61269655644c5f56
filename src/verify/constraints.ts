// Name constraints along a path (RFC 5280 §6.1.3 (b), (c), §6.1.4 (g)).
import { checkNameConstraints } from '../name/constraints.ts';
import { formatDn } from '../name/dn.ts';
import { hostsInSubject } from '../name/san.ts';
import { quoteForeign } from '../base/text.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Budget } from './budget.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';
import { isSelfIssued } from './names.ts';
import type { TrustAnchor } from './types.ts';

/** Holds the constraints of each CA and of the anchor against every certificate below it. */
export function checkConstraints(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  budget: Budget,
): PathFault[] {
  const faults: PathFault[] = [];
  for (let above = path.length; above > 0; above--) {
    const issuer = above === path.length ? anchor.certificate : path[above];
    const constraints =
      above === path.length
        ? (anchor.nameConstraints ?? anchor.certificate?.nameConstraints)
        : path[above]?.nameConstraints;
    if (!constraints) continue;
    for (let position = above - 1; position >= 0; position--) {
      const certificate = path[position] as Certificate;
      // A self-issued certificate is the same CA again; the leaf is bound in any case.
      if (position > 0 && isSelfIssued(certificate)) continue;
      const { names, subject } = certificate;
      // Whoever reads common names at all does so where there is no alternative name
      const judged = position === 0 && names.length === 0 ? hostsInSubject(subject, names) : names;
      const violation = checkNameConstraints(constraints, { names: judged, subject }, budget);
      if (!violation) continue;
      const placed: Placed = {
        certificate,
        position,
        role: position === 0 ? 'leaf' : 'intermediate',
      };
      const by = issuer ? quoteForeign(formatDn(issuer.subject)) : 'the anchor';
      faults.push(
        faultOf(
          placed,
          'NAME_CONSTRAINT',
          `breaks the name constraints of ${by}: ${violation.detail}`,
          'RFC 5280 §4.2.1.10',
          { constrainedBy: above, ...violation },
        ),
      );
    }
  }
  return faults;
}
