// Who may call a port, as Linkerd has it: Server, MeshTLSAuthentication, AuthorizationPolicy.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { isDnsName } from '../name/dns.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { checkLabels, checkNamespace, checkObjectName, type Labels } from './kubernetes-names.ts';
import type { ProxyProtocol } from './linkerd-protocols.ts';
import { renderManifest, type GivenTemplate } from './render.ts';

export interface MeshTlsPolicy extends ObjectMeta {
  readonly workload: Labels;
  /** A number, or the name of a container's port. */
  readonly port: string;
  readonly protocol?: ProxyProtocol | undefined;
  /** As `linkerdIdentity` gives them. */
  readonly identities: readonly string[];
}

/** The three objects as one stream. Throws BAD_NAME, BAD_OPTION. */
export function meshTlsPolicy(policy: MeshTlsPolicy, template?: GivenTemplate): string {
  const { workload, port, protocol, identities } = policy;
  checkLabels(workload);
  return renderManifest(
    'linkerd/policy.yaml',
    { ...metaOf(policy), workload, port: portOf(port), protocol, identities },
    template,
  );
}

function portOf(text: string): number | string {
  const number = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= 65_535) return number;
  // IANA_SVC_NAME, as the API server has it
  if (/^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/.test(text)) return text;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no port`, {
    hint: 'give a number from 1 to 65535, or the name of a port of the container',
  });
}

interface IdentityDomain {
  /** Namespace of the control plane. */
  readonly controlPlane: string;
  readonly trustDomain: string;
}

/**
 * The identity of a proxy: of `namespace/name` that of the service account; `*`, `*.suffix` and
 * whole identities as they are. Throws BAD_NAME.
 */
export function linkerdIdentity(
  text: string,
  { controlPlane, trustDomain }: IdentityDomain,
): string {
  const [namespace = '', account, ...rest] = text.split('/');
  if (account !== undefined && rest.length === 0) {
    checkNamespace(namespace);
    checkNamespace(controlPlane);
    checkObjectName(account);
    const identity = `${account}.${namespace}.serviceaccount.identity.${controlPlane}.${trustDomain}`;
    // The identity controller gives none to an account whose name has dots
    if (isDnsName(identity) && !account.includes('.')) return identity;
    // A name without a dot is a service account by itself, and nobody's identity
  } else if (text === '*' || (text.includes('.') && isDnsName(text.replace(/^\*\./, ''))))
    return text;
  throw new MtlsError('BAD_NAME', `${quoteForeign(text)} is no identity of Linkerd`, {
    hint: 'write namespace/serviceaccount, or *.suffix for many',
  });
}
