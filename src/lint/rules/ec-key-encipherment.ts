import { barredUsage } from '../families/usage.ts';

// If the keyUsage extension is present in a certificate that indicates id-ecPublicKey, then
// keyEncipherment and dataEncipherment MUST NOT be present.
export const ecKeyEncipherment = barredUsage({
  id: 'ec-key-encipherment',
  severity: 'error',
  citation: 'RFC 8813 §3',
  since: new Date('2020-08-01T00:00:00Z'),
  what: 'an elliptic curve key is not said to encipher',
  usages: ['keyEncipherment', 'dataEncipherment'],
  cause: 'the key usage says that an elliptic curve key enciphers, which it cannot',
  of: ({ certificate }) => certificate.publicKey.algorithmOid === '1.2.840.10045.2.1',
});
