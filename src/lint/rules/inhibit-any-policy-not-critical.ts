import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const inhibitAnyPolicyNotCritical = criticality({
  id: 'inhibit-any-policy-not-critical',
  oid: EXTENSION_OIDS.inhibitAnyPolicy,
  critical: true,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.14',
  what: 'inhibitAnyPolicy is critical',
});
