import { subtreeRule } from '../families/subtree.ts';
import { spiffeIdsOf } from '../families/svid.ts';
import { isFullName } from '../families/uri.ts';

// For URIs, the constraint MUST be specified as a fully qualified domain name and MAY specify a
// host or a domain.
export const constraintUriHost = subtreeRule({
  id: 'constraint-uri-host',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'a URI constraint is a host or a domain: host.example.org, .example.org',
  cause: 'a URI constraint is no fully qualified domain name',
  fault: ({ base: { kind, text } }, subject) => {
    if (kind !== 'uri' || isFullName(text.replace(/^\./, ''))) return undefined;
    // A trust domain may be any name, and a CA may bind itself to its own
    return spiffeIdsOf(subject).some(({ trustDomain }) => trustDomain === text) ? undefined : text;
  },
});
