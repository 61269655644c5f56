import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

// Conforming CAs SHOULD mark it as critical.
export const keyUsageNotCritical = criticality({
  id: 'key-usage-not-critical',
  oid: EXTENSION_OIDS.keyUsage,
  critical: true,
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.3',
  what: 'the key usage is critical',
});
