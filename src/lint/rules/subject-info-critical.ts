import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const subjectInfoCritical = criticality({
  id: 'subject-info-critical',
  oid: EXTENSION_OIDS.subjectInfoAccess,
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.2.2',
  what: 'subject information access is not critical',
});
