// What the Cilium commands share: the cluster's name, and where Cilium runs.
import { CILIUM_NAMESPACE, checkClusterName } from '../manifest/cilium-secrets.ts';
import { checkNamespace } from '../manifest/kubernetes-names.ts';
import { value, values, type Invocation } from './command.ts';
import { gatherRoots } from './manifest-roots.ts';
import type { Certificate } from '../x509/certificate.ts';

/** The chart's own default. */
const USUAL_CLUSTER = 'default';

export const CILIUM_NAMESPACE_OPTION = {
  namespace: value(
    '-n, --namespace <name>',
    `where Cilium runs; ${CILIUM_NAMESPACE} by default`,
    'Object:',
  ),
} as const;

export const CLUSTER_OPTION = {
  clusterName: value(
    '--cluster-name <name>',
    `cluster.name of the chart; ${USUAL_CLUSTER} by default`,
  ),
} as const;

export const ALSO_TRUST_OPTION = {
  alsoTrust: values(
    '--also-trust <ca>',
    'a root beside its own in ca.crt, while one takes over: a CA, or a file (with a / or .)',
  ),
} as const;

/** Reads `--namespace`. Throws BAD_NAME. */
export function readCiliumNamespace({
  namespace = CILIUM_NAMESPACE,
}: {
  readonly namespace: string | undefined;
}): string {
  checkNamespace(namespace);
  return namespace;
}

/** Reads `--cluster-name`. Throws BAD_NAME. */
export function readCluster({
  clusterName = USUAL_CLUSTER,
}: {
  readonly clusterName: string | undefined;
}): string {
  checkClusterName(clusterName);
  return clusterName;
}

/** The roots of `--also-trust`; none where it is not given. Throws as `gatherRoots` does. */
export async function readAlsoTrust(
  invocation: Invocation,
  alsoTrust: readonly string[],
): Promise<readonly Certificate[]> {
  return alsoTrust.length > 0 ? gatherRoots(invocation, alsoTrust) : [];
}
