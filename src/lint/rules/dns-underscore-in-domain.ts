import { dnsRule, domainLength } from '../families/dns.ts';

// The preferred name syntax has no underscore, and no registry sells one.
export const dnsUnderscoreInDomain = dnsRule({
  id: 'dns-underscore-in-domain',
  severity: 'error',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'the domain of a DNS name has no underscore',
  cause: 'the domain of a DNS name has an underscore, which no domain has',
  broken: (labels) =>
    labels.length > 1 && labels.slice(-domainLength(labels)).some((label) => label.includes('_')),
});
