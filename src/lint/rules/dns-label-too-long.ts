import { dnsRule } from '../families/dns.ts';

export const dnsLabelTooLong = dnsRule({
  id: 'dns-label-too-long',
  severity: 'error',
  citation: 'RFC 1035 §2.3.4',
  what: 'a label of a DNS name has at most 63 characters',
  cause: 'a label of a DNS name is longer than 63 characters',
  broken: (labels) => labels.some((label) => label.length > 63),
});
