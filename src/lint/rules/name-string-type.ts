import { Tag } from '../../asn1/reader.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

const OLD = new Map<number, string>([
  [Tag.TeletexString, 'TeletexString'],
  [Tag.BmpString, 'BMPString'],
  [Tag.UniversalString, 'UniversalString'],
]);

// TeletexString, BMPString, and UniversalString are included for backward compatibility, and SHOULD
// NOT be used for certificates for new subjects.
export const nameStringType: LintRule = {
  id: 'name-string-type',
  profile: 'rfc5280',
  severity: 'warning',
  citation: 'RFC 5280 §4.1.2.4',
  what: 'texts of the subject are of a type that all programs read alike',
  remedy: ANEW,
  check: ({ subjectName }) =>
    offenders(
      'a text of the subject is of an old string type, which programs read differently',
      'subject',
      subjectName.attributes.flatMap(({ tag, text }) => {
        const type = OLD.get(tag);
        return type === undefined ? [] : [`${type} ${text}`];
      }),
    ),
};
