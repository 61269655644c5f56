import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const nameConstraintsNotCritical = criticality({
  id: 'name-constraints-not-critical',
  oid: EXTENSION_OIDS.nameConstraints,
  critical: true,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'name constraints are critical',
});
