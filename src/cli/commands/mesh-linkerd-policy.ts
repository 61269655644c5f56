// mtls mesh linkerd policy: which identities may call a port of a workload.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { PROXY_PROTOCOLS } from '../../manifest/linkerd-protocols.ts';
import { argument, choice, defineCommand, value, values } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';

export const command = defineCommand({
  description:
    'Print a Server, a MeshTLSAuthentication and an AuthorizationPolicy of Linkerd: the pods of ' +
    '--workload take calls to --port only from the identities of --allow, over mutual TLS.',
  arguments: { name: argument('required', 'name', 'name of the three') },
  options: {
    workload: values('--workload <key=value>', 'a label of the pods that are called'),
    port: value('--port <port>', 'their port, by number or name'),
    allow: values(
      '--allow <identity>',
      'who may call: a service account as namespace/name, a whole identity, * or *.suffix',
    ),
    protocol: choice('--protocol <name>', PROXY_PROTOCOLS, 'what is spoken there'),
    controlPlane: value(
      '--control-plane <namespace>',
      'where the control plane runs; linkerd by default',
    ),
    trustDomain: value(
      '--identity-domain <domain>',
      'identityTrustDomain of the control plane; cluster.local by default',
    ),
    ...OBJECT_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh linkerd policy api --workload app=api --port http --allow shop/web',
      does: 'the service account web may call, and nobody else',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { linkerdIdentity, meshTlsPolicy } = await import('../../manifest/linkerd-policy.ts');
    const meta = readMeta(args.name, options);
    const { port, allow } = options;
    if (port === undefined || options.workload.length === 0 || allow.length === 0)
      throw new MtlsError('USAGE', 'a policy needs --workload, --port and --allow', {
        hint: 'mtls mesh linkerd policy orders --workload app=orders --port http --allow shop/web',
      });
    const place = await manifestPlace(options, context, `policy-${meta.name}`);
    const { controlPlane = 'linkerd', trustDomain = 'cluster.local' } = options;
    const identities = allow.map((one) => linkerdIdentity(one, { controlPlane, trustDomain }));
    const workload = readLabels(options.workload);
    const yaml = meshTlsPolicy(
      { ...meta, workload, port, protocol: options.protocol, identities },
      givenTemplate(options, context),
    );
    await deliverManifest(output, place, {
      yaml,
      title: `Server, MeshTLSAuthentication and AuthorizationPolicy ${quoteForeign(meta.name)}`,
      facts: () => ({ name: meta.name, namespace: meta.namespace ?? null, workload, identities }),
    });
    return 0;
  },
});
