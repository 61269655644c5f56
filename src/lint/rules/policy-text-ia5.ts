import { Tag } from '../../asn1/reader.ts';
import { notice } from '../families/notice.ts';

// Conforming CAs MUST NOT encode explicitText as IA5String.
export const policyTextIa5 = notice({
  id: 'policy-text-ia5',
  severity: 'error',
  citation: 'RFC 6818 §3',
  what: 'the text of a notice is not an IA5String',
  cause: 'the text of a notice is an IA5String',
  fault: ({ text }) => (text?.tag === Tag.Ia5String ? text.value : undefined),
});
