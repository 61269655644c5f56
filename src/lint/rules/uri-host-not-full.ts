import { parseIp } from '../../name/ip.ts';
import { hostOf, isFullName, uriParts } from '../families/uri.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

// URIs that include an authority MUST include a fully qualified domain name or IP address as the
// host. A SPIFFE ID is no address: its trust domain may be any name.
export const uriHostNotFull: LintRule = {
  id: 'uri-host-not-full',
  profile: 'rfc5280',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'the host of a URI is a fully qualified domain name or an IP address',
  remedy: ANEW,
  check: (subject) =>
    offenders(
      'the host of a URI is neither a fully qualified domain name nor an IP address',
      'alternative names',
      subject.texts('uri').filter((text) => {
        const { scheme, authority } = uriParts(text);
        if (scheme === undefined || authority === undefined || scheme === 'spiffe') return false;
        const host = hostOf(authority);
        return (
          !isFullName(host.replace(/^\*\./, '')) &&
          parseIp(host.replace(/^\[|\]$/g, '')) === undefined
        );
      }),
    ),
};
