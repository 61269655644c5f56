import { rawPoints } from '../raw/points.ts';
import { ASK_ISSUER } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// A DistributionPoint MUST NOT consist of only the reasons field; either distributionPoint or
// cRLIssuer MUST be present.
export const crlPointIncomplete: LintRule = {
  id: 'crl-point-incomplete',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.13',
  what: 'a CRL distribution point has a name or an issuer',
  remedy: ASK_ISSUER,
  check: (subject) => {
    const points = rawPoints(subject.extension('crlDistributionPoints')?.value ?? new Uint8Array());
    return points.some(({ hasName, hasIssuer }) => !hasName && !hasIssuer)
      ? hit(
          'a CRL distribution point has neither a name nor an issuer',
          'crlDistributionPoints',
          points.some(({ hasReasons }) => hasReasons) ? 'reasons only' : 'empty',
        )
      : undefined;
  },
};
