import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const authorityKeyIdCritical = criticality({
  id: 'authority-key-id-critical',
  oid: EXTENSION_OIDS.authorityKeyIdentifier,
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.1',
  what: 'the authority key identifier is not critical',
});
