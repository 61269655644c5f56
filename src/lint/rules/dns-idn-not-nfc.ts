import { dnsRule } from '../families/dns.ts';
import { decodedLabels } from '../families/idn.ts';

export const dnsIdnNotNfc = dnsRule({
  id: 'dns-idn-not-nfc',
  severity: 'error',
  citation: 'RFC 5891 §5.3',
  what: 'an internationalized label is in Unicode normalization form C',
  cause: 'an internationalized label is not in Unicode normalization form C',
  broken: (labels) =>
    decodedLabels(labels).some((text) => text !== undefined && text.normalize('NFC') !== text),
});
