import { dnsRule } from '../families/dns.ts';

// 255 octets on the wire are 253 characters of text.
export const dnsNameTooLong = dnsRule({
  id: 'dns-name-too-long',
  severity: 'error',
  citation: 'RFC 1035 §2.3.4',
  what: 'a DNS name has at most 253 characters',
  cause: 'a DNS name is longer than 253 characters',
  broken: (_labels, name) => name.length > 253,
});
