import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

// Conforming CAs SHOULD mark it as non-critical.
export const issuerNamesCritical = criticality({
  id: 'issuer-names-critical',
  oid: EXTENSION_OIDS.issuerAltName,
  critical: false,
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.7',
  what: 'issuer alternative names are not critical',
});
