import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// An IA5String: internationalized names are written as A-labels or percent-encoded.
export const altNameNotAscii: LintRule = {
  id: 'alt-name-not-ascii',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §7',
  what: 'DNS names, URIs and e-mail addresses are ASCII',
  remedy: ANEW,
  check: ({ names }) =>
    offenders(
      'an alternative name holds characters beyond ASCII',
      'alternative names',
      names
        .filter(({ kind }) => kind === 'dns' || kind === 'uri' || kind === 'email')
        .map(({ text }) => text)
        // eslint-disable-next-line no-control-regex -- ASCII is the question
        .filter((text) => /[^\x00-\x7f]/.test(text)),
    ),
};
