import { dnsRule } from '../families/dns.ts';

export const dnsWildcardBroad = dnsRule({
  id: 'dns-wildcard-broad',
  profile: 'mtls',
  severity: 'error',
  citation: 'TLS BR 3.2.2.6',
  what: 'a wildcard stands before at least two labels',
  cause: 'a wildcard stands before a single label, which OpenSSL, GnuTLS, curl and Node ignore',
  broken: (labels, name) =>
    name === '*' || (name.startsWith('*.') && labels.filter((label) => label !== '').length < 2),
});
