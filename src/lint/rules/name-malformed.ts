import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

export const nameMalformed: LintRule = {
  id: 'name-malformed',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.4',
  what: 'issuer and subject can be read',
  remedy: ANEW,
  check: ({ certificate, subjectName, issuerName }) => {
    // Said better by name-rdn-empty
    if (subjectName.emptyRdns + issuerName.emptyRdns > 0) return undefined;
    const found = certificate.irregularities.find(({ code }) => code === 'NAME_MALFORMED');
    return found && hit('a name is malformed', 'name', found.detail);
  },
};
