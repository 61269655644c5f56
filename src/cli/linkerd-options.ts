// What the Linkerd commands share: where its control plane runs, and what it takes for a CA.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { describeKey } from '../crypto/key.ts';
import { checkNamespace } from '../manifest/kubernetes-names.ts';
import { parseDnsName } from '../name/dns.ts';
import { value, type OptionValues } from './command.ts';

export const LINKERD_OPTIONS = {
  namespace: value(
    '-n, --namespace <name>',
    'where the control plane runs; linkerd by default',
    'Object:',
  ),
  trustDomain: value(
    '--identity-domain <domain>',
    'identityTrustDomain of the control plane; cluster.local by default',
  ),
} as const;

export interface ControlPlane {
  readonly namespace: string;
  /** `linkerd.cluster.local`: what the names of its CAs end in. */
  readonly domain: string;
}

/** Reads them. Throws BAD_NAME. */
export function readControlPlane(options: OptionValues<typeof LINKERD_OPTIONS>): ControlPlane {
  const { namespace = 'linkerd', trustDomain = 'cluster.local' } = options;
  checkNamespace(namespace);
  return { namespace, domain: `${namespace}.${parseDnsName(trustDomain)}` };
}

/** Refuses a CA whose key Linkerd does not take. Throws BAD_OPTION. */
export function checkLinkerdCa({ certificate, store }: Authority): void {
  const { publicKey } = certificate;
  if (publicKey.kind === 'ec' && publicKey.curve === 'P-256') return;
  throw new MtlsError(
    'BAD_OPTION',
    `the key of CA ${quoteForeign(store.name)} is ${describeKey(publicKey)}, and Linkerd takes ECDSA P-256 alone`,
    { hint: 'make a root for it: mtls mesh linkerd anchors', data: { ca: store.name } },
  );
}
