import { ANEW } from '../remedies.ts';
import { hit, type LintRule } from '../rule.ts';

// When extensions are used, as expected in this profile, version MUST be 3.
export const extensionsWithoutV3: LintRule = {
  id: 'extensions-without-v3',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.1.2.1',
  what: 'a certificate with extensions is of version 3',
  remedy: ANEW,
  check: ({ certificate: { extensions, version } }) =>
    extensions.length > 0 && version < 3
      ? hit('extensions stand in a certificate that is not of version 3', 'version', `${version}`)
      : undefined,
};
