import { isLooseDnsName } from '../../name/dns.ts';
import { readMailbox } from '../../name/mailbox.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// The format of an rfc822Name is a "Mailbox" as defined in RFC 2821: no phrase, no comment, no
// angle brackets.
export const emailMalformed: LintRule = {
  id: 'email-malformed',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'an e-mail address is local@domain and nothing more',
  remedy: ANEW,
  check: (subject) =>
    offenders(
      'an e-mail address is not local@domain',
      'alternative names',
      subject.texts('email').filter((text) => {
        const host = readMailbox(text)?.host;
        return (
          text !== '' && (host === undefined || !(isLooseDnsName(host) || /^\[.+\]$/.test(host)))
        );
      }),
    ),
};
