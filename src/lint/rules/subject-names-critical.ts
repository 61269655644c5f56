import { EXTENSION_OIDS } from '../../x509/extension-names.ts';
import { criticality } from '../families/criticality.ts';
import { childrenIn } from '../raw/elements.ts';

// SHOULD, where the subject is not empty.
export const subjectNamesCritical = criticality({
  id: 'subject-names-critical',
  oid: EXTENSION_OIDS.subjectAltName,
  critical: false,
  only: ({ certificate }) => childrenIn(certificate.subjectDer).length > 0,
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'alternative names are not critical beside a subject',
});
