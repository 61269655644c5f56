// Roots for a whole cluster: the API server's ClusterTrustBundle, and the Bundle of trust-manager.
import { toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { encodeBundle } from '../codec/bundle.ts';
import { formatDn } from '../name/dn.ts';
import type { Certificate } from '../x509/certificate.ts';
import { metaOf } from './kubernetes.ts';
import { checkDataKey, checkLabels, type Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';
import { checkSignerName } from './signer-name.ts';

interface Roots {
  readonly name: string;
  readonly labels?: Labels | undefined;
  readonly roots: readonly Certificate[];
}

export interface ClusterTrustBundle extends Roots {
  /** Whose roots they are: `example.org/workloads`. The name begins with it. */
  readonly signerName?: string | undefined;
}

export interface TrustManagerBundle extends Roots {
  /** What it writes into each namespace, under the Bundle's own name. */
  readonly target: 'configMap' | 'secret';
  /** Key of the target. */
  readonly key: string;
  /** Namespaces that get it; all where there are none. */
  readonly namespaceLabels?: Labels | undefined;
}

/** MaxTrustBundleSize of the API server, in octets of PEM. */
const MAX_TRUST_BUNDLE = 1024 * 1024;

/** The name of a signer's bundle, whose first part is the signer's: `example.org:workloads:roots`. */
export function trustBundleName(name: string, signerName: string | undefined): string {
  if (signerName === undefined) return name;
  const prefix = `${signerName.replaceAll('/', ':')}:`;
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/**
 * A ClusterTrustBundle in YAML. Throws BAD_NAME, BAD_OPTION, and CHAIN_INVALID for a root that the
 * API server does not take as a CA (ValidateClusterTrustBundle).
 */
export function clusterTrustBundle(bundle: ClusterTrustBundle, template?: GivenTemplate): string {
  const { name, signerName } = bundle;
  if (signerName !== undefined) checkSignerName(signerName);
  const full = trustBundleName(name, signerName);
  // What follows the signer's name is a name as others are
  const own = full.slice(trustBundleName('', signerName).length);
  const { labels } = metaOf({ ...bundle, name: own });
  return renderManifest(
    'kubernetes/cluster-trust-bundle.yaml',
    { name: full, labels, signerName, roots: pemOf(bundle.roots) },
    template,
  );
}

/** A Bundle of trust-manager in YAML. Throws BAD_NAME, BAD_OPTION, CHAIN_INVALID. */
export function trustManagerBundle(bundle: TrustManagerBundle, template?: GivenTemplate): string {
  const { target, key, namespaceLabels } = bundle;
  checkDataKey(key);
  if (namespaceLabels) checkLabels(namespaceLabels);
  const selective = namespaceLabels !== undefined && Object.keys(namespaceLabels).length > 0;
  return renderManifest(
    'kubernetes/trust-manager-bundle.yaml',
    {
      ...metaOf(bundle),
      roots: pemOf(bundle.roots),
      configMapKey: target === 'configMap' ? key : undefined,
      secretKey: target === 'secret' ? key : undefined,
      namespaceLabels: selective ? namespaceLabels : undefined,
    },
    template,
  );
}

function pemOf(roots: readonly Certificate[]): string {
  const stray = roots.find(({ basicConstraints }) => basicConstraints?.ca !== true);
  if (stray)
    throw new MtlsError(
      'CHAIN_INVALID',
      `${quoteForeign(formatDn(stray.subject))} is no CA to Kubernetes: its basic constraints do not say so`,
      { hint: 'put it into a ConfigMap: mtls k8s configmap' },
    );
  const pem = encodeBundle(roots);
  const size = toUtf8(pem).length;
  if (size <= MAX_TRUST_BUNDLE) return pem;
  throw new MtlsError('BAD_OPTION', `${size} bytes, and Kubernetes takes ${MAX_TRUST_BUNDLE}`, {
    hint: 'make several bundles of fewer roots',
  });
}
