// mtls mesh consul values: what Helm is told of the Secrets of Consul's servers.
import { checkObjectName } from '../../manifest/kubernetes-names.ts';
import { argument, defineCommand } from '../command.ts';
import { CONSUL_PLACE_OPTIONS, readConsulPlace } from '../consul-options.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';

const { file, force, template } = CLUSTER_OBJECT_OPTIONS;

export const command = defineCommand({
  description:
    'Print Helm values for Consul’s chart: TLS everywhere, with the Secrets of mtls mesh consul ' +
    'secrets, and clients that get their certificates from the servers. No key is in them.',
  arguments: { name: argument('optional', 'name', 'global.name of the chart; consul by default') },
  options: { ...CONSUL_PLACE_OPTIONS, file, force, template },
  examples: [
    {
      line: 'mtls mesh consul values --dc fra --file values.yaml',
      does: 'then helm install consul hashicorp/consul -n consul -f values.yaml',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { consulSecrets, consulValues } = await import('../../manifest/consul-helm.ts');
    const name = args.name ?? 'consul';
    checkObjectName(name);
    const place = readConsulPlace(options);
    const given = givenTemplate(options, context);
    const to = await manifestPlace({ ...options, kustomize: undefined }, context, 'values');
    await deliverManifest(output, to, {
      yaml: consulValues(name, place, given),
      title: 'values for Consul’s chart',
      facts: () => ({ name, datacenter: place.dc, domain: place.domain, ...consulSecrets(name) }),
    });
    return 0;
  },
});
