import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

export const freshestCrlCritical = criticality({
  id: 'freshest-crl-critical',
  oid: EXTENSION_OIDS.freshestCrl,
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.15',
  what: 'the freshest CRL is not critical',
});
