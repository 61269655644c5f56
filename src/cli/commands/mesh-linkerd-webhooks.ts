// mtls mesh linkerd webhooks: certificates for what the API server calls in Linkerd.
import { checkNamespace } from '../../manifest/kubernetes-names.ts';
import { defineCommand, flag, value } from '../command.ts';
import { deliverIssued, ISSUED_SECRETS_OPTIONS } from '../issued-secrets.ts';
import { manifestPlace, refuseKeyInJson } from '../manifest-place.ts';

export const command = defineCommand({
  description:
    'Issue for Linkerd’s webhooks (proxy injector, profile and policy validators; with --viz tap ' +
    'and its injector), and print their Secrets of type kubernetes.io/tls. Helm is told of them ' +
    'by mtls mesh linkerd values --webhook-ca. They have nothing to do with the trust anchors.',
  options: {
    viz: flag('--viz', 'those of the extension viz, in linkerd-viz'),
    ...ISSUED_SECRETS_OPTIONS,
    namespace: value('-n, --namespace <name>', 'linkerd by default; linkerd-viz of viz', 'Object:'),
  },
  examples: [
    {
      line: 'mtls mesh linkerd webhooks --ca hooks | kubectl apply --server-side -f -',
      does: 'before helm install with the values of mtls mesh linkerd values',
    },
    { line: 'mtls mesh linkerd webhooks --ca hooks --viz --file viz.yaml', does: 'those of viz' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or the file exists']],
  async run(invocation) {
    const { options, context, globals } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secrets: --file webhooks.yaml');
    const { webhooksOf } = await import('../../manifest/linkerd-webhooks.ts');
    const namespace = options.namespace ?? (options.viz ? 'linkerd-viz' : 'linkerd');
    checkNamespace(namespace);
    const wanted = webhooksOf(namespace, options.viz).map(({ secret, host }) => ({
      secret,
      profile: 'server' as const,
      names: [host],
    }));
    const place = await manifestPlace(options, context, `secrets-${namespace}-webhooks`);
    await deliverIssued(invocation, {
      namespace,
      wanted,
      place,
      title: `${wanted.length} Secrets of webhooks`,
    });
    return 0;
  },
});
