import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const subjectKeyIdCritical = criticality({
  id: 'subject-key-id-critical',
  oid: EXTENSION_OIDS.subjectKeyIdentifier,
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.2',
  what: 'the subject key identifier is not critical',
});
