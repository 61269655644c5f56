import { dnsRule } from '../families/dns.ts';

export const dnsLabelEmpty = dnsRule({
  id: 'dns-label-empty',
  severity: 'error',
  citation: 'RFC 1034 §3.5',
  what: 'no label of a DNS name is empty',
  cause: 'a DNS name has an empty label: a dot too many',
  broken: (labels) => labels.includes(''),
});
