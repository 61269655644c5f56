import { barredUsage } from '../families/usage.ts';

// Ed25519 and Ed448 keys sign and do nothing else.
export const edwardsKeyUsage = barredUsage({
  id: 'edwards-key-usage',
  severity: 'error',
  citation: 'RFC 8410 §5',
  since: new Date('2018-08-01T00:00:00Z'),
  what: 'an Ed25519 or Ed448 key is only said to sign',
  usages: ['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'encipherOnly', 'decipherOnly'],
  cause: 'the key usage says more of an Edwards curve key than that it signs',
  of: ({ certificate }) => /^1\.3\.101\.11[23]$/.test(certificate.publicKey.algorithmOid),
});
