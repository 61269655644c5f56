import { dnsRule, domainLength } from '../families/dns.ts';

// Hosts with underscores live on in Docker and Active Directory; Java's and others' checks of host
// names refuse them.
export const dnsUnderscore = dnsRule({
  id: 'dns-underscore',
  severity: 'warning',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'a host in a DNS name has no underscore',
  cause: 'a host in a DNS name has an underscore, which some programs refuse',
  broken: (labels) =>
    (labels.length > 1 ? labels.slice(0, -domainLength(labels)) : labels).some((label) =>
      label.includes('_'),
    ),
});
