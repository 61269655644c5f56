// What Cilium's chart takes: the CA in cilium-ca, and the values for Secrets that others keep.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import type { AuthMode } from './cilium-secrets.ts';
import { metaOf } from './kubernetes.ts';
import { checkNamespace, checkObjectName, type Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export const CA_SECRET = 'cilium-ca';

export interface CiliumCa {
  readonly namespace: string;
  readonly labels?: Labels | undefined;
  /** PEM of the CA that signs, then of those above it, the root last: certgen tells them by place. */
  readonly certificates: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
  /** The release that takes the Secret for its own; Helm refuses to touch what is nobody's. */
  readonly release?: string | undefined;
}

/** The Secret of the CA. Throws BAD_NAME, BAD_OPTION. */
export function ciliumCaSecret(ca: CiliumCa, template?: GivenTemplate): string {
  const { namespace, labels = {}, certificates, key, release } = ca;
  if (release !== undefined) checkObjectName(release);
  checkNamespace(namespace);
  return renderManifest(
    'cilium/ca.yaml',
    {
      ...metaOf({
        name: CA_SECRET,
        namespace,
        labels: release === undefined ? labels : { ...labels, ...HELMS },
      }),
      annotations:
        release === undefined
          ? undefined
          : {
              'meta.helm.sh/release-name': release,
              'meta.helm.sh/release-namespace': namespace,
            },
      certificates: base64(certificates),
      key: base64(key),
    },
    template,
  );
}

const HELMS: Labels = { 'app.kubernetes.io/managed-by': 'Helm' };

function base64(text: string): string {
  return toBase64(toUtf8(text));
}

export interface CiliumValues {
  readonly hubble: boolean;
  /** The Relay too speaks TLS, and asks its clients for certificates. */
  readonly relayTls: boolean;
  readonly metrics: boolean;
  /** The mesh of clusters takes Secrets that others keep. */
  readonly clusterMesh?: AuthMode | undefined;
  /** What is trusted stands in the ConfigMap cilium-root-ca.crt. */
  readonly bundle: boolean;
}

/** Helm's values for them. */
export function ciliumValues(values: CiliumValues, template?: GivenTemplate): string {
  const { hubble, relayTls, metrics, clusterMesh, bundle } = values;
  const named = (secret: string, wanted: boolean) => (wanted ? secret : undefined);
  return renderManifest(
    'cilium/values.yaml',
    {
      generate: hubble ? false : undefined,
      server: named('hubble-server-certs', hubble),
      relayClient: named('hubble-relay-client-certs', hubble),
      relayTls: relayTls ? true : undefined,
      relayServer: named('hubble-relay-server-certs', relayTls),
      uiClient: named('hubble-ui-client-certs', relayTls),
      metricsTls: metrics ? true : undefined,
      metrics: named('hubble-metrics-server-certs', metrics),
      authMode: clusterMesh,
      generateMesh: clusterMesh === undefined ? undefined : false,
      bundle: bundle ? true : undefined,
    },
    template,
  );
}
