// What the Linkerd commands share: where its control plane runs, and what it takes for a CA.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Authority } from '../ca/authority.ts';
import { describeKey, type PublicKey } from '../crypto/key.ts';
import { isAnchorKey, isIssuerKey } from '../diagnose/mesh/linkerd.ts';
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

/** Refuses a CA that Linkerd does not sign with. Throws BAD_OPTION. */
export function checkLinkerdIssuer({ certificate, store }: Authority): void {
  if (!isIssuerKey(certificate.publicKey))
    throw wrongKey(certificate.publicKey, store.name, 'signs with ECDSA P-256 alone');
}

/** Refuses a root that proxies are not to trust, and what stands above an issuer. Throws BAD_OPTION. */
export function checkLinkerdAnchor({ certificate, store }: Authority): void {
  if (!isAnchorKey(certificate.publicKey))
    throw wrongKey(
      certificate.publicKey,
      store.name,
      'takes anchors with ECDSA P-256, or RSA of 2048 or 4096 bits',
    );
}

function wrongKey(key: PublicKey, ca: string, takes: string): MtlsError {
  return new MtlsError(
    'BAD_OPTION',
    `the key of CA ${quoteForeign(ca)} is ${describeKey(key)}, and Linkerd ${takes}`,
    { hint: 'make a root for it: mtls mesh linkerd anchors', data: { ca } },
  );
}
