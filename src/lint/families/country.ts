// Countries: two letters of ISO 3166, in a PrintableString.
import { Tag } from '../../asn1/reader.ts';
import { COUNTRY } from '../../name/attributes.ts';
import type { RawName } from '../raw/name.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';
import type { LintSubject } from '../subject.ts';

export function countryString(
  id: string,
  what: 'subject' | 'issuer',
  citation: string,
  nameOf: (subject: LintSubject) => RawName,
): LintRule {
  return {
    id,
    profile: 'rfc5280',
    severity: 'error',
    citation,
    what: `the country of the ${what} is a PrintableString`,
    remedy: ANEW,
    check: (subject) =>
      offenders(
        `the country of the ${what} is not a PrintableString`,
        `${what}: C`,
        nameOf(subject)
          .attributes.filter(({ oid, tag }) => oid === COUNTRY && tag !== Tag.PrintableString)
          .map(({ text }) => text),
      ),
  };
}
