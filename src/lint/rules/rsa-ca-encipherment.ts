import { barredUsage } from '../families/usage.ts';

// This specification RECOMMENDS that if keyCertSign or cRLSign is present, both keyEncipherment and
// dataEncipherment SHOULD NOT be present.
export const rsaCaEncipherment = barredUsage({
  id: 'rsa-ca-encipherment',
  severity: 'warning',
  citation: 'RFC 3279 §2.3.1',
  since: new Date('2002-04-01T00:00:00Z'),
  what: 'an RSA key that signs certificates or CRLs does not encipher',
  usages: ['keyEncipherment', 'dataEncipherment'],
  cause: 'the key of a CA both signs certificates and enciphers',
  of: (subject) =>
    subject.isCa &&
    subject.certificate.publicKey.kind === 'rsa' &&
    (subject.has('keyCertSign') || subject.has('cRLSign')),
});
