import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const authorityInfoCritical = criticality({
  id: 'authority-info-critical',
  oid: EXTENSION_OIDS.authorityInfoAccess,
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.2.1',
  what: 'authority information access is not critical',
});
