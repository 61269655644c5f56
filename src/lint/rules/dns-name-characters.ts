import { dnsRule } from '../families/dns.ts';

export const dnsNameCharacters = dnsRule({
  id: 'dns-name-characters',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'a DNS name holds letters, digits, hyphens and dots',
  cause: 'a DNS name holds a character that none may hold: it is no DNS name',
  broken: (_labels, name) => !/^[A-Za-z0-9._*-]*$/.test(name),
});
