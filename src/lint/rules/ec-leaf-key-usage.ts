import { barredUsage } from '../families/usage.ts';

// If the keyUsage extension is present in an End Entity certificate: digitalSignature,
// nonRepudiation and keyAgreement, with encipherOnly or decipherOnly.
export const ecLeafKeyUsage = barredUsage({
  id: 'ec-leaf-key-usage',
  severity: 'info',
  citation: 'RFC 5480 §3',
  what: 'an elliptic curve key of a leaf signs or agrees on keys',
  usages: ['keyEncipherment', 'dataEncipherment', 'keyCertSign', 'cRLSign'],
  cause: 'the key usage of a leaf with an elliptic curve key goes beyond signing and key agreement',
  of: ({ certificate, isCa }) =>
    !isCa && certificate.publicKey.algorithmOid === '1.2.840.10045.2.1',
});
