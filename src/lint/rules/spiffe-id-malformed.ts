import { readSpiffe, spiffeUrisOf } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

export const spiffeIdMalformed: LintRule = {
  id: 'spiffe-id-malformed',
  profile: 'spiffe',
  severity: 'error',
  citation: 'SPIFFE-ID §2',
  what: 'a SPIFFE ID keeps its syntax',
  remedy: anew('issue it for a SPIFFE ID such as spiffe://example.org/ns/prod/sa/api'),
  check: (subject) =>
    offenders(
      'a URI name is no SPIFFE ID, though it begins like one',
      'subjectAltName',
      spiffeUrisOf(subject).filter((uri) => typeof readSpiffe(uri) === 'string'),
    ),
};
