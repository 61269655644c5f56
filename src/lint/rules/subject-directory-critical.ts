import { criticality } from '../families/criticality.ts';

export const subjectDirectoryCritical = criticality({
  id: 'subject-directory-critical',
  oid: '2.5.29.9',
  critical: false,
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.8',
  what: 'subject directory attributes are not critical',
});
