import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// Without extensions there are no names, no purposes and no CA.
export const notVersion3: LintRule = {
  id: 'not-version-3',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.1',
  what: 'a certificate is of version 3',
  remedy: ANEW,
  check: ({ certificate: { version } }) =>
    version === 3
      ? undefined
      : hit(
          'it is of a version that knows no extensions, so it names no host and is no CA',
          'version',
          `${version}`,
        ),
};
