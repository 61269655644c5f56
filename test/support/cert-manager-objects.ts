// Objects of cert-manager.io on both sides of each bound: for our own check, and for cert-manager's
// webhook with the schemas of its API.

export interface ObjectCase {
  readonly title: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly accepted: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const meta = (kind: string, spec: unknown) => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { name: 'api' },
  ...(spec !== undefined && { spec }),
});

/** A Certificate that is taken, but for these fields. */
export const certificateObject = (fields: Fields = {}): Fields =>
  meta('Certificate', {
    secretName: 'api-tls',
    dnsNames: ['api.example.org'],
    issuerRef: { name: 'root' },
    ...fields,
  });

const many = (count: number, text: string) => text.repeat(count);

/** Fields by which a Certificate is taken. */
const TAKEN: Readonly<Record<string, Fields>> = {
  'the least': {},
  'a null field': { duration: null },
  'a name of 253': { secretName: `${many(62, 'abc.')}abcde` },
  'one hour': { duration: '1h' },
  'one hour in seconds': { duration: '3600s' },
  'a fraction of hours': { duration: '1.5h' },
  'milliseconds, minutes and hours in any order': { duration: '500ms1m1h' },
  'almost the longest duration': { duration: '2562047h47m16s' },
  'five minutes ahead': { duration: '1h', renewBefore: '5m' },
  'a second after it begins': { duration: '1h', renewBefore: '59m59s' },
  'less than the usual 90 days': { renewBefore: '2159h59m59s' },
  'one per cent': { duration: '1h', renewBeforePercentage: 1 },
  'five minutes in per cent': { duration: '1h40m', renewBeforePercentage: 95 },
  'all of a lifetime that is not said': { renewBeforePercentage: 100 },
  'a common name of 64': { commonName: many(64, 'a'), dnsNames: undefined },
  'a common name of 64 octets': { commonName: many(32, 'é') },
  'an e-mail address': { emailAddresses: ['a.b+c@example.org'] },
  'an e-mail address with letters of any kind': { emailAddresses: ['müller@bücher.example'] },
  'addresses of both kinds': { ipAddresses: ['10.0.0.1', 'fd00::1', '::ffff:10.0.0.1'] },
  'an address alone': { ipAddresses: ['10.0.0.1'], dnsNames: undefined },
  'a URI alone': { uris: ['spiffe://example.org/api'], dnsNames: undefined },
  'a name that is none': { dnsNames: ['not a name'] },
  'a URI that is none': { uris: ['not a uri'] },
  'an issuer of cert-manager': {
    issuerRef: { name: 'root', kind: 'ClusterIssuer', group: 'cert-manager.io' },
  },
  'an issuer of somebody else': { issuerRef: { name: 'a', kind: 'Any', group: 'example.org' } },
  'RSA of 2048': { privateKey: { size: 2048 } },
  'RSA of 8192': { privateKey: { algorithm: 'RSA', size: 8192 } },
  'a size of 0': { privateKey: { algorithm: 'ECDSA', size: 0 } },
  'P-521': { privateKey: { algorithm: 'ECDSA', size: 521 } },
  'a size for Ed25519': { privateKey: { algorithm: 'Ed25519', size: 7 } },
  'all of a key': {
    privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS1', rotationPolicy: 'Never' },
  },
  'the signature of its key': {
    privateKey: { algorithm: 'Ed25519' },
    signatureAlgorithm: 'PureEd25519',
  },
  'the signature of the usual key': { signatureAlgorithm: 'SHA512WithRSA' },
  'every kind of usage': { usages: ['signing', 's/mime', 'microsoft sgc', 'any', 'cert sign'] },
  'the usage twice': { usages: ['server auth', 'server auth'] },
  'one revision': { revisionHistoryLimit: 1 },
  'labels and annotations': {
    secretTemplate: {
      labels: { 'example.org/tier': 'a_b' },
      annotations: {
        'example.org/Any': 'Thing at all',
        'cert-manager.io/allow-direct-injection': 'true',
      },
    },
  },
  'constraints of a CA': {
    isCA: true,
    nameConstraints: { critical: true, permitted: { dnsDomains: ['example.org'] } },
  },
  'both formats': { additionalOutputFormats: [{ type: 'DER' }, { type: 'CombinedPEM' }] },
  'a key store': {
    keystores: { jks: { create: true, passwordSecretRef: { name: 'a', key: 'b' } } },
  },
  'a key store with a password': { keystores: { pkcs12: { create: false, password: 'x' } } },
  'other names': { otherNames: [{ oid: '1.3.6.1.4.1.311.20.2.3', utf8Value: 'a@b' }] },
  'a literal subject': { literalSubject: 'CN=api,O=Example' },
  'a literal subject beside an empty one': { literalSubject: 'CN=api', subject: {} },
  'a literal subject alone': { literalSubject: 'CN=api', dnsNames: undefined },
  'a comma in a literal subject': { literalSubject: 'O=Example\\, Inc.,CN=api' },
  'an OID in a literal subject': { literalSubject: 'CN=api,2.5.4.17=10115' },
  'blanks in a literal subject': { literalSubject: 'CN = api, O = Example' },
  'two values in one': { literalSubject: 'CN=api+UID=7,DC=example,DC=org' },
  'a common name of 64 in a literal subject': { literalSubject: `O=a,CN=${many(64, 'a')}` },
  'octets in a literal subject': { literalSubject: `CN=${many(32, '\\c3\\a9')}` },
  'no renewal': { renewal: { policy: 'Disabled' } },
};

/** Fields by which one is refused. */
const REFUSED: Readonly<Record<string, Fields>> = {
  'no Secret': { secretName: undefined },
  'an empty name of a Secret': { secretName: '' },
  'capitals in a Secret': { secretName: 'Api' },
  'a name of 254': { secretName: `${many(62, 'abc.')}abcdef` },
  'no issuer': { issuerRef: undefined },
  'an issuer without a name': { issuerRef: { kind: 'Issuer' } },
  'an issuer with an empty name': { issuerRef: { name: '' } },
  'an unknown kind of issuer': { issuerRef: { name: 'a', kind: 'issuer' } },
  'an unknown kind in its own group': {
    issuerRef: { name: 'a', kind: 'Any', group: 'cert-manager.io' },
  },
  'no name at all': { dnsNames: undefined },
  'an empty list of names': { dnsNames: [] },
  'a second less than an hour': { duration: '59m59s' },
  'a nanosecond less than an hour': { duration: '59m59s999999999ns' },
  'less than an hour, and less before': { duration: '30m', renewBefore: '10m' },
  days: { duration: '90d' },
  'a duration without a unit': { duration: '2160' },
  'a duration in a number': { duration: 2160 },
  'an empty duration': { duration: '' },
  'blanks in a duration': { duration: '1h 30m' },
  'a duration below nought': { duration: '-24h' },
  'a duration beyond its integer': { duration: '2562048h' },
  'a second less than five minutes': { renewBefore: '4m59s' },
  'the lifetime itself': { duration: '24h', renewBefore: '24h' },
  'the usual lifetime itself': { renewBefore: '2160h' },
  'days ahead': { renewBefore: '30d' },
  'both ways of renewal': { renewBefore: '24h', renewBeforePercentage: 50 },
  'all of a lifetime': { duration: '24h', renewBeforePercentage: 100 },
  'nought per cent': { duration: '24h', renewBeforePercentage: 0 },
  'less than five minutes in per cent': { duration: '1h39m', renewBeforePercentage: 95 },
  'half a per cent': { renewBeforePercentage: 0.5 },
  'a common name of 65': { commonName: many(65, 'a') },
  'a common name of 66 octets': { commonName: many(33, 'é') },
  'a number for a name': { commonName: 7 },
  'a name where a list belongs': { dnsNames: 'api.example.org' },
  'a number among names': { dnsNames: [7] },
  'an address with a mask': { ipAddresses: ['10.0.0.1/8'] },
  'an address with a leading nought': { ipAddresses: ['10.0.0.01'] },
  'an address with a zone': { ipAddresses: ['fe80::1%eth0'] },
  'an address of three parts': { ipAddresses: ['10.0.1'] },
  'an empty address': { ipAddresses: [''] },
  'an e-mail address with a name': { emailAddresses: ['A <a@example.org>'] },
  'an e-mail address with a blank before': { emailAddresses: [' a@example.org'] },
  'two dots in an e-mail address': { emailAddresses: ['a..b@example.org'] },
  'quotes in an e-mail address': { emailAddresses: ['"a b"@example.org'] },
  'no domain in an e-mail address': { emailAddresses: ['a'] },
  'RSA of 2047': { privateKey: { size: 2047 } },
  'RSA of 8193': { privateKey: { size: 8193 } },
  'a small RSA key': { privateKey: { algorithm: 'RSA', size: 1024 } },
  'P-224': { privateKey: { algorithm: 'ECDSA', size: 224 } },
  'a kind in small letters': { privateKey: { algorithm: 'ecdsa' } },
  'an unknown kind of key': { privateKey: { algorithm: 'DSA' } },
  'an unknown encoding': { privateKey: { encoding: 'PEM' } },
  'an unknown rotation': { privateKey: { rotationPolicy: 'always' } },
  'the signature of another key': {
    privateKey: { algorithm: 'ECDSA' },
    signatureAlgorithm: 'SHA256WithRSA',
  },
  'the signature of no usual key': { signatureAlgorithm: 'ECDSAWithSHA256' },
  'an unknown usage': { usages: ['server'] },
  'a usage as OpenSSL writes it': { usages: ['serverAuth'] },
  'no revision': { revisionHistoryLimit: 0 },
  'a label that is none': { secretTemplate: { labels: { tier: 'a b' } } },
  'a key of a label that is none': { secretTemplate: { labels: { '-tier': 'a' } } },
  'its own annotation': {
    secretTemplate: { annotations: { 'cert-manager.io/certificate-name': 'other' } },
  },
  'a key of an annotation that is none': { secretTemplate: { annotations: { 'a b': 'c' } } },
  'a number in an annotation': { secretTemplate: { annotations: { a: 1 } } },
  'annotations of 256 KiB': { secretTemplate: { annotations: { a: many(262_144, 'x') } } },
  'constraints of no CA': { nameConstraints: { permitted: { dnsDomains: ['example.org'] } } },
  'constraints of nothing': { isCA: true, nameConstraints: { critical: true } },
  'a format twice': { additionalOutputFormats: [{ type: 'DER' }, { type: 'DER' }] },
  'an unknown format': { additionalOutputFormats: [{ type: 'PEM' }] },
  'a key store without a password': { keystores: { jks: { create: true } } },
  'a key store with both': {
    keystores: { jks: { create: true, password: 'x', passwordSecretRef: { name: 'a' } } },
  },
  'a key store with an empty password': { keystores: { pkcs12: { create: true, password: '' } } },
  'a key store that does not say whether': { keystores: { pkcs12: { password: 'x' } } },
  'another name without an OID': { otherNames: [{ utf8Value: 'a' }] },
  'another name with a word for an OID': { otherNames: [{ oid: 'upn', utf8Value: 'a' }] },
  'another name without a value': { otherNames: [{ oid: '1.2.3' }] },
  'two subjects': { literalSubject: 'CN=api', commonName: 'api' },
  'a literal subject beside fields': {
    literalSubject: 'CN=api',
    subject: { organizations: ['Example'] },
  },
  'a literal subject beside a serial number': {
    literalSubject: 'CN=api',
    subject: { serialNumber: '7' },
  },
  'a common name of 65 in a literal subject': { literalSubject: `CN=${many(65, 'a')}` },
  'a keyword in small letters': { literalSubject: 'cn=api' },
  'a keyword that it does not know': { literalSubject: 'CN=api,postalCode=10115' },
  'a subject without an equals sign': { literalSubject: 'api' },
  'a subject with a comma at its end': { literalSubject: 'CN=api,' },
  'a subject as OpenSSL writes it': { literalSubject: '/O=Example/CN=api' },
  'octets beyond 64 in a literal subject': { literalSubject: `CN=${many(33, '\\c3\\a9')}` },
  'windows of no renewal': {
    renewal: { policy: 'Disabled', windows: [{ cron: '0 0 * * *', windowDuration: '1h' }] },
  },
  'a renewal without a policy': { renewal: {} },
  'an unknown policy of renewal': { renewal: { policy: 'Never' } },
  'a field that is none': { dnsName: ['api.example.org'] },
  'a field that is none, within': { privateKey: { algorithm: 'ECDSA', keySize: 256 } },
  'text for a flag': { isCA: 'true' },
};

const ISSUERS: readonly (readonly [string, unknown, boolean])[] = [
  ['a CA', { ca: { secretName: 'root' } }, true],
  ['its own signature', { selfSigned: {} }, true],
  [
    'a CA with all there is',
    {
      ca: {
        secretName: 'root',
        crlDistributionPoints: ['http://a/crl'],
        ocspServers: ['http://a/ocsp'],
        issuingCertificateURLs: ['http://a/ca'],
      },
    },
    true,
  ],
  ['an empty place of a list', { ca: { secretName: 'root', crlDistributionPoints: [''] } }, true],
  ['nothing', {}, false],
  ['no spec', undefined, false],
  ['a CA without a Secret', { ca: {} }, false],
  ['a CA with an empty name', { ca: { secretName: '' } }, false],
  ['two kinds', { ca: { secretName: 'root' }, selfSigned: {} }, false],
  ['an empty responder', { ca: { secretName: 'root', ocspServers: [''] } }, false],
  ['an empty URL', { ca: { secretName: 'root', issuingCertificateURLs: [''] } }, false],
  ['an unknown kind', { selfsigned: {} }, false],
  ['an unknown field', { ca: { secretName: 'root', secret: 'a' } }, false],
];

/** All of them. */
export const OBJECT_CASES: readonly ObjectCase[] = [
  ...Object.entries(TAKEN).map(([title, fields]) => ({
    title: `a Certificate: ${title}`,
    object: certificateObject(fields),
    accepted: true,
  })),
  ...Object.entries(REFUSED).map(([title, fields]) => ({
    title: `a Certificate: ${title}`,
    object: certificateObject(fields),
    accepted: false,
  })),
  ...['Issuer', 'ClusterIssuer'].flatMap((kind) =>
    ISSUERS.map(([title, spec, accepted]) => ({
      title: `${kind}: ${title}`,
      object: meta(kind, spec),
      accepted,
    })),
  ),
];
