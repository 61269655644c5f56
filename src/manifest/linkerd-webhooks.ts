// The webhooks of Linkerd and of its extension viz, which the API server calls over TLS: whose
// names they have, and what Helm is told of them.
import { renderManifest, type GivenTemplate } from './render.ts';

export interface Webhook {
  /** Of the Secret, type kubernetes.io/tls. */
  readonly secret: string;
  /** What the API server calls. */
  readonly host: string;
}

const CONTROL_PLANE = [
  'linkerd-proxy-injector',
  'linkerd-sp-validator',
  'linkerd-policy-validator',
];
const VIZ = ['tap', 'tap-injector'];

/** The webhooks of the control plane, or of viz, in their namespace. */
export function webhooksOf(namespace: string, viz: boolean): readonly Webhook[] {
  return (viz ? VIZ : CONTROL_PLANE).map((service) => ({
    secret: `${service}-k8s-tls`,
    host: `${service}.${namespace}.svc`,
  }));
}

export interface LinkerdValues {
  /** PEM; absent where the ConfigMap of the anchors is kept by somebody else. */
  readonly anchors?: string | undefined;
  /** PEM of who issued the webhooks' certificates; absent where Helm makes them. */
  readonly webhookRoots?: string | undefined;
}

/** Helm's values for the control plane. */
export function linkerdValues(
  { anchors, webhookRoots }: LinkerdValues,
  template?: GivenTemplate,
): string {
  return renderManifest(
    'linkerd/values.yaml',
    {
      anchors,
      externalCa: anchors === undefined ? true : undefined,
      webhooks: webhookRoots === undefined ? undefined : true,
      webhookRoots,
    },
    template,
  );
}

/** Helm's values for viz. */
export function vizValues(webhookRoots: string, template?: GivenTemplate): string {
  return renderManifest('linkerd/viz-values.yaml', { webhookRoots }, template);
}
