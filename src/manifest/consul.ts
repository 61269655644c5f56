// What Consul's service mesh is told of its CA.

export interface ConnectCa {
  /** PEM of the CA that signs, which Consul calls its root. */
  readonly certificate: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
}

/** Consul's own defaults, stated. */
const LEAF_TTL = '72h';
const INTERMEDIATE_TTL = '8760h';

/** The body for `PUT /v1/connect/ca/configuration`, and the file for `consul connect ca set-config`. */
export function connectCaConfiguration({ certificate, key }: ConnectCa): string {
  const configuration = {
    Provider: 'consul',
    Config: {
      PrivateKey: key,
      RootCert: certificate,
      LeafCertTTL: LEAF_TTL,
      IntermediateCertTTL: INTERMEDIATE_TTL,
    },
  };
  return `${JSON.stringify(configuration, undefined, 2)}\n`;
}

/** The trust domain of a cluster, by the id that Consul gave it; undefined for what is no such id. */
export function consulTrustDomain(clusterId: string): string | undefined {
  const id = clusterId
    .trim()
    .toLowerCase()
    .replace(/\.consul$/, '');
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? `${id}.consul` : undefined;
}
