import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';

// Of a leaf it may be either.
export const basicConstraintsNotCritical = criticality({
  id: 'basic-constraints-not-critical',
  oid: EXTENSION_OIDS.basicConstraints,
  critical: true,
  only: ({ isCa }) => isCa,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.9',
  what: 'the basic constraints of a CA are critical',
});
