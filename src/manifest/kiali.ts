// What Kiali trusts beside the CAs of its image: the ConfigMap of its CA bundle.
import type { KialiKey } from './kiali-names.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export interface KialiCabundle extends ObjectMeta {
  /** PEM of the roots. */
  readonly roots: string;
  readonly key: KialiKey;
}

/** The ConfigMap. Throws BAD_NAME, BAD_OPTION. */
export function kialiCabundle(
  { roots, key, ...meta }: KialiCabundle,
  template?: GivenTemplate,
): string {
  const under = (one: KialiKey) => (one === key ? roots : undefined);
  return renderManifest(
    'kiali/cabundle.yaml',
    {
      ...metaOf(meta),
      roots: under('additional-ca-bundle.pem'),
      openidRoots: under('openid-server-ca.crt'),
      oauthRoots: under('oauth-server-ca.crt'),
    },
    template,
  );
}
