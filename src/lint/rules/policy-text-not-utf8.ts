import { Tag } from '../../asn1/reader.ts';
import { notice } from '../families/notice.ts';

// Conforming CAs SHOULD use the UTF8String encoding for explicitText.
export const policyTextNotUtf8 = notice({
  id: 'policy-text-not-utf8',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'the text of a notice is a UTF8String',
  cause: 'the text of a notice is not a UTF8String',
  fault: ({ text }) => (text && text.tag !== Tag.Utf8String ? text.value : undefined),
});
