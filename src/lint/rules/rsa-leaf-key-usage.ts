import { barredUsage } from '../families/usage.ts';

export const rsaLeafKeyUsage = barredUsage({
  id: 'rsa-leaf-key-usage',
  severity: 'error',
  citation: 'RFC 3279 §2.3.1',
  since: new Date('2002-04-01T00:00:00Z'),
  what: 'an RSA key of a leaf signs or enciphers',
  usages: ['keyAgreement', 'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'],
  cause: 'the key usage of a leaf with an RSA key goes beyond signing and enciphering',
  of: ({ certificate, isCa }) => !isCa && certificate.publicKey.kind === 'rsa',
});
