import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const policyConstraintsNotCritical = criticality({
  id: 'policy-constraints-not-critical',
  oid: EXTENSION_OIDS.policyConstraints,
  critical: true,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.11',
  what: 'policy constraints are critical',
});
