import { dnsRule } from '../families/dns.ts';

export const dnsLabelHyphen = dnsRule({
  id: 'dns-label-hyphen',
  severity: 'error',
  citation: 'RFC 1034 §3.5',
  what: 'no label of a DNS name begins or ends with a hyphen',
  cause: 'a label of a DNS name begins or ends with a hyphen',
  broken: (labels) => labels.some((label) => label.startsWith('-') || label.endsWith('-')),
});
