// The fields of cert-manager.io/v1 as cert-manager 1.21 defines them.
import { USAGES } from '../../../manifest/csr-usages.ts';
import type { Shape } from '../shape.ts';

const TEXTS = { list: 'text' } as const;

/** The kinds of signatures that each kind of key makes. */
export const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  RSA: ['SHA256WithRSA', 'SHA384WithRSA', 'SHA512WithRSA'],
  ECDSA: ['ECDSAWithSHA256', 'ECDSAWithSHA384', 'ECDSAWithSHA512'],
  Ed25519: ['PureEd25519'],
};

const NAME_LISTS = {
  fields: { dnsDomains: TEXTS, emailAddresses: TEXTS, ipRanges: TEXTS, uriDomains: TEXTS },
} as const;

const PASSWORD = {
  create: 'flag',
  password: 'text',
  passwordSecretRef: { fields: { key: 'text', name: 'text' }, needs: ['name'] },
} as const;

export const CERTIFICATE_SPEC: Shape = {
  needs: ['issuerRef', 'secretName'],
  fields: {
    additionalOutputFormats: {
      list: { fields: { type: { oneOf: ['DER', 'CombinedPEM'] } }, needs: ['type'] },
    },
    commonName: 'text',
    dnsNames: TEXTS,
    duration: 'text',
    emailAddresses: TEXTS,
    encodeUsagesInRequest: 'flag',
    ipAddresses: TEXTS,
    isCA: 'flag',
    issuerRef: { fields: { group: 'text', kind: 'text', name: 'text' }, needs: ['name'] },
    keystores: {
      fields: {
        jks: { fields: { ...PASSWORD, alias: 'text' }, needs: ['create'] },
        pkcs12: {
          fields: {
            ...PASSWORD,
            profile: { oneOf: ['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'] },
          },
          needs: ['create'],
        },
      },
    },
    literalSubject: 'text',
    nameConstraints: {
      fields: { critical: 'flag', excluded: NAME_LISTS, permitted: NAME_LISTS },
    },
    otherNames: { list: { fields: { oid: 'text', utf8Value: 'text' } } },
    privateKey: {
      fields: {
        algorithm: { oneOf: Object.keys(SIGNATURES) },
        encoding: { oneOf: ['PKCS1', 'PKCS8'] },
        rotationPolicy: { oneOf: ['Never', 'Always'] },
        size: 'integer',
      },
    },
    renewBefore: 'text',
    renewBeforePercentage: 'integer',
    renewal: {
      fields: {
        policy: { oneOf: ['RenewBefore', 'Disabled'] },
        windows: {
          list: {
            fields: { cron: 'text', timezone: 'text', windowDuration: 'text' },
            needs: ['cron', 'windowDuration'],
          },
        },
      },
    },
    revisionHistoryLimit: 'integer',
    secretName: 'text',
    secretTemplate: { fields: { annotations: 'texts', labels: 'texts' } },
    signatureAlgorithm: { oneOf: Object.values(SIGNATURES).flat() },
    subject: {
      fields: {
        countries: TEXTS,
        localities: TEXTS,
        organizationalUnits: TEXTS,
        organizations: TEXTS,
        postalCodes: TEXTS,
        provinces: TEXTS,
        serialNumber: 'text',
        streetAddresses: TEXTS,
      },
    },
    uris: TEXTS,
    // The words of a CertificateSigningRequest, in which cert-manager may ask in its turn
    usages: { list: { oneOf: USAGES } },
  },
};

/** The kinds of issuers; what is said of those that sign elsewhere is not judged. */
export const ISSUER_SPEC = {
  fields: {
    acme: 'anything',
    ca: {
      fields: {
        crlDistributionPoints: TEXTS,
        issuingCertificateURLs: TEXTS,
        ocspServers: TEXTS,
        secretName: 'text',
      },
      needs: ['secretName'],
    },
    selfSigned: { fields: { crlDistributionPoints: TEXTS } },
    vault: 'anything',
    venafi: 'anything',
  },
} as const satisfies Shape;
