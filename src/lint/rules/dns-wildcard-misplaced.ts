import { dnsRule } from '../families/dns.ts';

export const dnsWildcardMisplaced = dnsRule({
  id: 'dns-wildcard-misplaced',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 9525 §6.3',
  what: 'a wildcard is the whole leftmost label',
  cause: 'a wildcard is not the whole leftmost label, so programs take it for no match',
  broken: (labels) => labels.some((label) => label.includes('*')) && labels.join('.') !== '*',
});
