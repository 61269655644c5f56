import { uriParts } from '../families/uri.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// The name MUST NOT be a relative URI, and MUST include both a scheme and a scheme-specific-part.
export const uriNotAbsolute: LintRule = {
  id: 'uri-not-absolute',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'a URI has a scheme, and something behind it',
  remedy: ANEW,
  check: (subject) =>
    offenders(
      'a URI lacks its scheme, or what belongs behind it',
      'alternative names',
      subject.texts('uri').filter((text) => {
        const { scheme, authority = '', rest } = uriParts(text);
        return text !== '' && (scheme === undefined || authority + rest === '');
      }),
    ),
};
