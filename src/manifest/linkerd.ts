// Linkerd's manifests: its issuer, its trust anchors, and who may call whom.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { metaOf, tlsSecret } from './kubernetes.ts';
import type { Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export const ISSUER_SECRET = 'linkerd-identity-issuer';
export const TRUST_ROOTS = 'linkerd-identity-trust-roots';

interface LinkerdObject {
  readonly namespace: string;
  readonly labels?: Labels | undefined;
}

export interface IssuerSecret extends LinkerdObject {
  /** PEM of the issuer, then of the CAs above it, without the anchor. */
  readonly certificates: string;
  /** PEM, unencrypted PKCS#8. */
  readonly key: string;
  /** PEM of the anchors, for the form of kubernetes.io/tls; without it that of linkerd.io/tls. */
  readonly roots?: string | undefined;
}

/** The Secret of the issuer, in either form. Throws BAD_NAME, BAD_OPTION. */
export function issuerSecret(issuer: IssuerSecret, template?: GivenTemplate): string {
  const { certificates, key, roots, namespace, labels } = issuer;
  const meta = { name: ISSUER_SECRET, namespace, labels };
  if (roots !== undefined) return tlsSecret({ ...meta, certificates, key, roots }, template);
  return renderManifest(
    'linkerd/issuer.yaml',
    {
      ...metaOf(meta),
      certificates: toBase64(toUtf8(certificates)),
      key: toBase64(toUtf8(key)),
    },
    template,
  );
}

/** The ConfigMap of the trust anchors. Throws BAD_NAME, BAD_OPTION. */
export function trustRoots(
  { namespace, labels, roots }: LinkerdObject & { readonly roots: string },
  template?: GivenTemplate,
): string {
  const meta = metaOf({ name: TRUST_ROOTS, namespace, labels });
  return renderManifest('linkerd/trust-roots.yaml', { ...meta, roots }, template);
}
