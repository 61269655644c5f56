import { parseIp } from '../../name/ip.ts';
import { dnsRule } from '../families/dns.ts';

export const dnsNameIsIp = dnsRule({
  id: 'dns-name-is-ip',
  profile: 'mtls',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'an IP address is an iPAddress, not a DNS name',
  cause: 'an IP address is written as a DNS name, where programs do not look for it',
  broken: (_labels, name) => parseIp(name) !== undefined,
});
