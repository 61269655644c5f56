import { dnsRule } from '../families/dns.ts';
import { decodedLabels } from '../families/idn.ts';

export const dnsIdnMalformed = dnsRule({
  id: 'dns-idn-malformed',
  severity: 'error',
  citation: 'RFC 3490 §5',
  what: 'a label in xn-- decodes to Unicode',
  cause: 'a label in xn-- does not decode to Unicode',
  broken: (labels) => decodedLabels(labels).includes(undefined),
});
