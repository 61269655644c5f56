import { barredUsage } from '../families/usage.ts';

export const rsaCaKeyUsage = barredUsage({
  id: 'rsa-ca-key-usage',
  severity: 'error',
  citation: 'RFC 3279 §2.3.1',
  since: new Date('2002-04-01T00:00:00Z'),
  what: 'an RSA key of a CA is not said to agree on keys',
  usages: ['keyAgreement', 'encipherOnly', 'decipherOnly'],
  cause: 'the key usage says that an RSA key agrees on keys, which it cannot',
  of: ({ certificate, isCa }) => isCa && certificate.publicKey.kind === 'rsa',
});
