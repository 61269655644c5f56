import { parseIp } from '../../name/ip.ts';
import { subtreeRule } from '../families/subtree.ts';

const FULL =
  /^\.?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

// For URIs, the constraint MUST be specified as a fully qualified domain name and MAY specify a
// host or a domain.
export const constraintUriHost = subtreeRule({
  id: 'constraint-uri-host',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.10',
  what: 'a URI constraint is a host or a domain: host.example.org, .example.org',
  cause: 'a URI constraint is no fully qualified domain name',
  fault: ({ base: { kind, text } }) =>
    kind === 'uri' && (!FULL.test(text) || parseIp(text) !== undefined) ? text : undefined,
});
