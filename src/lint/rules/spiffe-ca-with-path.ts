import { spiffeIdsOf } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// If present, the SPIFFE ID of a signing certificate MUST NOT have a path component.
export const spiffeCaWithPath: LintRule = {
  id: 'spiffe-ca-with-path',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §3.2',
  what: 'the SPIFFE ID of a CA has no path',
  remedy: anew('make the CA anew, named by its trust domain alone'),
  check: (subject) =>
    subject.isCa
      ? offenders(
          'it is a CA, and its SPIFFE ID has a path',
          'subjectAltName',
          spiffeIdsOf(subject)
            .filter(({ path }) => path !== '')
            .map(({ id }) => id),
        )
      : undefined,
};
