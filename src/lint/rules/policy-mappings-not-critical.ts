import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

// Conforming CAs SHOULD mark it as critical.
export const policyMappingsNotCritical = criticality({
  id: 'policy-mappings-not-critical',
  oid: EXTENSION_OIDS.policyMappings,
  critical: true,
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.5',
  what: 'policy mappings are critical',
});
