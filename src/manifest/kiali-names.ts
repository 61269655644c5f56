// Where Kiali looks for CAs.

/** Where it runs, unless told otherwise. */
export const KIALI_NAMESPACE = 'istio-system';

/** Keys of the ConfigMap that it reads; all of them end in one pool. */
export const KIALI_KEYS = [
  'additional-ca-bundle.pem',
  'openid-server-ca.crt',
  'oauth-server-ca.crt',
] as const;

export type KialiKey = (typeof KIALI_KEYS)[number];

/** The ConfigMap of an instance of Kiali. */
export function cabundleName(instance: string): string {
  return `${instance}-cabundle`;
}
