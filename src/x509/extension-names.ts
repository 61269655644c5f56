// Object identifiers and names of extensions, key usages and purposes (RFC 5280 §4.2, §5.2, §5.3).

/** Extensions that the program reads and writes, by their kind. */
export const EXTENSION_OIDS = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
} as const;

export type KnownExtensionKind = keyof typeof EXTENSION_OIDS;

/** KeyUsage in the order of its bits (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

/** Extended key usages by name (RFC 5280 §4.2.1.12 and those that people meet). */
export const EXTENDED_KEY_USAGES = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  ipsecIke: '1.3.6.1.5.5.7.3.17',
  smartcardLogon: '1.3.6.1.4.1.311.20.2.2',
  pkinitKdc: '1.3.6.1.5.2.3.5',
  pkinitClient: '1.3.6.1.5.2.3.4',
} as const;

/** Access methods of the information access extensions (RFC 5280 §4.2.2). */
export const ACCESS_METHODS = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  timeStamping: '1.3.6.1.5.5.7.48.3',
  caRepository: '1.3.6.1.5.5.7.48.5',
} as const;

/**
 * Marks fixtures that are made from a public seed (see test-mark.ts): the UUID
 * 68db2f4d-85a7-4215-9818-41d01622a3e9 in Microsoft's arc for UUIDs, cut in seven. Under 2.25, as
 * ITU-T X.667 has it, it would be one number of 128 bits, for which Go and GnuTLS refuse to read
 * the certificate.
 */
export const TEST_FIXTURE_OID =
  '1.2.840.113556.1.8000.2554.26843.12109.34215.16917.38936.4313110.2270185';

// Read by name only: their content is shown as it is.
const OTHER_EXTENSIONS: Readonly<Record<string, string>> = {
  '2.5.29.9': 'subjectDirectoryAttributes',
  '1.3.6.1.5.5.7.1.24': 'tlsFeature',
  '1.3.6.1.5.5.7.48.1.5': 'ocspNoCheck',
  '1.3.6.1.4.1.11129.2.4.2': 'signedCertificateTimestamps',
  '1.3.6.1.4.1.11129.2.4.3': 'precertificatePoison',
  '2.16.840.1.113730.1.1': 'netscapeCertType',
  '2.16.840.1.113730.1.13': 'netscapeComment',
  '1.3.6.1.4.1.311.20.2': 'microsoftCertificateTemplateName',
  '1.3.6.1.4.1.311.21.7': 'microsoftCertificateTemplate',
  [TEST_FIXTURE_OID]: 'testFixture',
};

const extensionNames = new Map<string, string>([
  ...Object.entries(OTHER_EXTENSIONS),
  ...Object.entries(EXTENSION_OIDS).map(([name, oid]): [string, string] => [oid, name]),
]);

const purposeNames = new Map<string, string>(
  Object.entries(EXTENDED_KEY_USAGES).map(([name, oid]) => [oid, name]),
);

/** The name of an extension, where it has one. */
export function extensionName(oid: string): string | undefined {
  return extensionNames.get(oid);
}

/** The name of an extended key usage, where it has one. */
export function purposeName(oid: string): string | undefined {
  return purposeNames.get(oid);
}
