import { Tag } from '../../asn1/reader.ts';
import { notice } from '../families/notice.ts';

// When the UTF8String or BMPString encoding is used, all character sequences SHOULD be normalized
// according to Unicode normalization form C.
export const policyTextNotNfc = notice({
  id: 'policy-text-not-nfc',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.4',
  what: 'the text of a notice is in Unicode normalization form C',
  cause: 'the text of a notice is not in Unicode normalization form C',
  fault: ({ text }) =>
    text &&
    (text.tag === Tag.Utf8String || text.tag === Tag.BmpString) &&
    text.value.normalize('NFC') !== text.value
      ? text.value
      : undefined,
});
