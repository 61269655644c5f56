import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
export const nameRdnEmpty: LintRule = {
  id: 'name-rdn-empty',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.4',
  what: 'every part of a name holds an attribute',
  remedy: ANEW,
  check: ({ subjectName, issuerName }) => {
    const broken = [
      ...(issuerName.emptyRdns > 0 ? ['issuer'] : []),
      ...(subjectName.emptyRdns > 0 ? ['subject'] : []),
    ];
    return offenders('a part of a name is empty, so strict readers refuse it', 'name', broken);
  },
};
