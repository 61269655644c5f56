import { spiffeIdsOf } from '../families/svid.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// Leaf certificate SPIFFE IDs MUST have a non-root path component.
export const spiffeLeafWithoutPath: LintRule = {
  id: 'spiffe-leaf-without-path',
  profile: 'spiffe',
  severity: 'error',
  citation: 'X509-SVID §3.1',
  what: 'the SPIFFE ID of a leaf has a path',
  remedy: anew('issue it for a workload: a SPIFFE ID with a path'),
  check: (subject) =>
    subject.isCa
      ? undefined
      : offenders(
          'its SPIFFE ID names a trust domain and no workload',
          'subjectAltName',
          spiffeIdsOf(subject)
            .filter(({ path }) => path === '')
            .map(({ id }) => id),
        ),
};
