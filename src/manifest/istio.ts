// Istio's manifests, by the API of security.istio.io and networking.istio.io, and its plugged-in CA.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { metaOf, tlsSecret } from './kubernetes.ts';
import type { Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export const CACERTS = 'cacerts';
export const ISTIO_NAMESPACE = 'istio-system';

/** Names that Istio's own recipe puts into its intermediate. */
export const ISTIOD_NAME = 'istiod.istio-system.svc';

export interface Cacerts {
  readonly namespace: string;
  readonly labels?: Labels | undefined;
  /** PEM of the CA that signs. */
  readonly certificate: string;
  /** PEM of the CAs above it, without the root. */
  readonly above: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
  /** PEM of all that is trusted, the own root first. */
  readonly roots: string;
  /** PEM of the own root, which ends the chain. */
  readonly root: string;
  /** PEM of a list of every CA of the chain. */
  readonly crls?: string | undefined;
  /** As kubernetes.io/tls, which istiod reads too; without lists. */
  readonly tls?: boolean | undefined;
}

/** The Secret of a plugged-in CA. Throws BAD_NAME, BAD_OPTION. */
export function cacertsSecret(cacerts: Cacerts, template?: GivenTemplate): string {
  const { certificate, above, key, roots, root, crls, namespace, labels, tls = false } = cacerts;
  const meta = { name: CACERTS, namespace, labels };
  if (tls) return tlsSecret({ ...meta, certificates: certificate + above, key, roots }, template);
  return renderManifest(
    'istio/cacerts.yaml',
    {
      ...metaOf(meta),
      certificate: base64(certificate),
      key: base64(key),
      roots: base64(roots),
      chain: base64(certificate + above + root),
      crls: crls === undefined ? undefined : base64(crls),
    },
    template,
  );
}

function base64(text: string): string {
  return toBase64(toUtf8(text));
}
