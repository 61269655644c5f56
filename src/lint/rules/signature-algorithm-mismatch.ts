import { irregular } from '../families/irregular.ts';

export const signatureAlgorithmMismatch = irregular({
  id: 'signature-algorithm-mismatch',
  code: 'ALGORITHM_MISMATCH',
  field: 'signature algorithm',
  severity: 'error',
  citation: 'RFC 5280 §4.1.1.2',
  what: 'the signature algorithm is the same inside and outside of the signed part',
});
