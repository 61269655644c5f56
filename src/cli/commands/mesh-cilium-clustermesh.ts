// mtls mesh cilium clustermesh: certificates for clustermesh-apiserver and its users, as Secrets.
import {
  ALSO_TRUST_OPTION,
  CILIUM_NAMESPACE_OPTION,
  CLUSTER_OPTION,
  readAlsoTrust,
  readCiliumNamespace,
  readCluster,
} from '../cilium-options.ts';
import { choice, defineCommand } from '../command.ts';
import { deliverIssued, ISSUED_SECRETS_OPTIONS } from '../issued-secrets.ts';
import { manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { AUTH_MODES, clusterMeshSecrets } from '../../manifest/cilium-secrets.ts';

export const command = defineCommand({
  description:
    'Issue for clustermesh-apiserver (etcd and its users admin, remote and local), and print the ' +
    'Secrets clustermesh-apiserver-{server,admin,remote,local}-cert. Clusters must trust each ' +
    'other’s roots: name one CA for all of them, or the others with --also-trust. Helm is told ' +
    'by mtls mesh cilium values --clustermesh.',
  options: {
    ...CLUSTER_OPTION,
    authMode: choice(
      '--auth-mode <mode>',
      AUTH_MODES,
      'clustermesh.apiserver.tls.authMode; migration by default, as in the chart',
    ),
    ...ALSO_TRUST_OPTION,
    ...ISSUED_SECRETS_OPTIONS,
    ...CILIUM_NAMESPACE_OPTION,
  },
  examples: [
    {
      line: 'mtls mesh cilium clustermesh --cluster-name east --file east.yaml',
      does: 'for the cluster east; once more for each other one',
    },
    {
      line: 'mtls mesh cilium clustermesh --cluster-name east --auth-mode cluster',
      does: 'where each cluster has a user of its own, remote-east',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or the file exists']],
  async run(invocation) {
    const { options, context, globals } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secrets: --file clustermesh.yaml');
    const namespace = readCiliumNamespace(options);
    const { authMode = 'migration' } = options;
    const wanted = clusterMeshSecrets(readCluster(options), { namespace, authMode });
    const place = await manifestPlace(options, context, 'secrets-clustermesh');
    await deliverIssued(invocation, {
      namespace,
      wanted,
      alsoTrust: await readAlsoTrust(invocation, options.alsoTrust),
      place,
      title: `${wanted.length} Secrets of clustermesh-apiserver`,
    });
    return 0;
  },
});
