// mtls mesh cilium check: whether Cilium, Hubble and the mesh of clusters work with their Secrets.
import { checkCilium } from '../../diagnose/mesh/cilium.ts';
import { ciliumPolicyFindings, isMutualPolicy } from '../../diagnose/mesh/cilium-policy.ts';
import { checkClusterName } from '../../manifest/cilium-secrets.ts';
import { defineCommand, value } from '../command.ts';
import { CHECK_ARGUMENTS, CHECK_EXIT_CODES, CHECK_OPTIONS, reportCheck } from '../mesh-check.ts';

export const command = defineCommand({
  description:
    'Say whether Cilium’s chart issues with cilium-ca, whether Hubble and clustermesh-apiserver ' +
    'believe each other’s Secrets (names for the cluster, purposes, chain, key, expiry), and ' +
    'whether policies that name an authentication demand one. A ConfigMap cilium-root-ca.crt ' +
    'among the sources takes the place of each ca.crt. Workloads’ certificates are SPIRE’s, and ' +
    'not looked at: mtls mesh spire check.',
  arguments: CHECK_ARGUMENTS,
  options: {
    clusterName: value(
      '--cluster-name <name>',
      'cluster.name of the chart; by default what Hubble’s server is named for',
    ),
    ...CHECK_OPTIONS,
  },
  examples: [
    {
      line: 'kubectl get secret,cnp -n kube-system -o yaml | mtls mesh cilium check -',
      does: 'what is in the cluster',
    },
    {
      line: 'mtls mesh cilium check hubble.yaml --cluster-name prod',
      does: 'before it is applied',
    },
  ],
  exitCodes: CHECK_EXIT_CODES,
  run: (invocation) => {
    const { clusterName: cluster } = invocation.options;
    if (cluster !== undefined) checkClusterName(cluster);
    return reportCheck(
      invocation,
      'Secret of Cilium, and no policy that names an authentication,',
      (documents, at, policies) => {
        const { places, findings } = checkCilium(documents, { at, cluster });
        return {
          places: [...places, ...policies.map(({ place }) => place)],
          findings: [...findings, ...ciliumPolicyFindings(policies)],
        };
      },
      isMutualPolicy,
    );
  },
});
