import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

// SHOULD be non-critical.
export const crlPointsCritical = criticality({
  id: 'crl-points-critical',
  oid: EXTENSION_OIDS.crlDistributionPoints,
  critical: false,
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.13',
  what: 'CRL distribution points are not critical',
});
