// mtls mesh cilium policy: which endpoints may call, once both sides have proven who they are.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { CALL_MODES } from '../../manifest/cilium-modes.ts';
import { argument, choice, defineCommand, values } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';

export const command = defineCommand({
  description:
    'Print a CiliumNetworkPolicy with authentication.mode required: the pods of --workload take ' +
    'calls only from the pods of --from, and only once both have proven who they are. The ' +
    'proof is Cilium’s own, by certificates of SPIRE: it must be on ' +
    '(authentication.mutual.spire.enabled), users hand it none, and without it such calls are ' +
    'dropped. What no policy allows is dropped too.',
  arguments: { name: argument('required', 'name', 'name of the policy') },
  options: {
    workload: values(
      '--workload <key=value>',
      'a label of the pods that are called; all of the namespace by default',
    ),
    from: values(
      '--from <pods>',
      'who may call: labels (app=web,tier=front), with a namespace (prod:app=web, prod:*, *:*), ' +
        'or * for all of the policy’s own',
    ),
    port: values('--port <port>', 'a port, by number or name: 8080, http, 53/UDP; all by default'),
    mode: choice('--mode <mode>', CALL_MODES, 'required by default; disabled asks for no proof'),
    ...OBJECT_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh cilium policy api -n shop --workload app=api --from app=web',
      does: 'the pods of web may call, once both have proven who they are',
    },
    {
      line: "mtls mesh cilium policy all -n shop --from '*' --from 'front:*'",
      does: 'every pod of shop, from its own namespace and from front',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { ciliumPolicy, parseCallers } = await import('../../manifest/cilium-policy.ts');
    const meta = readMeta(args.name, options);
    if (options.from.length === 0)
      throw new MtlsError('USAGE', 'a policy needs --from', {
        hint: "name who may call: --from app=web, or --from '*' for the whole namespace",
      });
    const place = await manifestPlace(options, context, `policy-${meta.name}`);
    const workload = readLabels(options.workload);
    const callers = options.from.map(parseCallers);
    const { mode = 'required', port: ports } = options;
    const yaml = ciliumPolicy(
      { ...meta, workload, callers, ports, mode },
      givenTemplate(options, context),
    );
    await deliverManifest(output, place, {
      yaml,
      title: `CiliumNetworkPolicy ${quoteForeign(meta.name)}`,
      facts: () => ({
        name: meta.name,
        namespace: meta.namespace ?? null,
        workload,
        callers: callers.map(({ namespace, labels }) => ({ namespace: namespace ?? null, labels })),
        ports,
        mode,
      }),
    });
    return 0;
  },
});
