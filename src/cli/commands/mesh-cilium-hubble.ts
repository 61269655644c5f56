// mtls mesh cilium hubble: certificates for Hubble's servers and clients, as Secrets.
import {
  ALSO_TRUST_OPTION,
  CILIUM_NAMESPACE_OPTION,
  CLUSTER_OPTION,
  readAlsoTrust,
  readCiliumNamespace,
  readCluster,
} from '../cilium-options.ts';
import { defineCommand, flag } from '../command.ts';
import { deliverIssued, ISSUED_SECRETS_OPTIONS } from '../issued-secrets.ts';
import { manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { hubbleSecrets } from '../../manifest/cilium-secrets.ts';

export const command = defineCommand({
  description:
    'Issue for Hubble’s servers and for its Relay, and print their Secrets of type ' +
    'kubernetes.io/tls: hubble-server-certs and hubble-relay-client-certs, and more as it is ' +
    'asked for. Each names the cluster. Helm is told of them by mtls mesh cilium values; without ' +
    'that its chart writes its own over them.',
  options: {
    ...CLUSTER_OPTION,
    relayTls: flag(
      '--relay-tls',
      'hubble-relay-server-certs and hubble-ui-client-certs too, for a Relay that speaks TLS',
    ),
    metrics: flag('--metrics', 'hubble-metrics-server-certs too'),
    ...ALSO_TRUST_OPTION,
    ...ISSUED_SECRETS_OPTIONS,
    ...CILIUM_NAMESPACE_OPTION,
  },
  examples: [
    {
      line: 'mtls mesh cilium hubble --cluster-name prod | kubectl apply --server-side -f -',
      does: 'Hubble loads them as they change, without a restart',
    },
    {
      line: 'mtls mesh cilium hubble --relay-tls --metrics --file hubble.yaml',
      does: 'all that there are',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or the file exists']],
  async run(invocation) {
    const { options, context, globals } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secrets: --file hubble.yaml');
    const namespace = readCiliumNamespace(options);
    const wanted = hubbleSecrets(readCluster(options), options);
    const place = await manifestPlace(options, context, 'secrets-hubble');
    await deliverIssued(invocation, {
      namespace,
      wanted,
      alsoTrust: await readAlsoTrust(invocation, options.alsoTrust),
      place,
      title: `${wanted.length} Secrets of Hubble`,
    });
    return 0;
  },
});
