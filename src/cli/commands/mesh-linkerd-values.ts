// mtls mesh linkerd values: what Helm is told of anchors, issuer and webhooks.
import { MtlsError } from '../../base/errors.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { defineCommand, flag, values } from '../command.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';

const { file, force, template } = CLUSTER_OBJECT_OPTIONS;

export const command = defineCommand({
  description:
    'Print Helm values for linkerd-control-plane: the trust anchors, an issuer in the Secret of ' +
    'mtls mesh linkerd issuer --form kubernetes.io/tls, and with --webhook-ca the webhooks of ' +
    'mtls mesh linkerd webhooks; with --viz those for linkerd-viz. No key is in them.',
  options: {
    ca: values('--ca <ca>', 'a trust anchor: a CA of the home, or a file (with a / or .)'),
    externalCa: flag('--external-ca', 'the ConfigMap of the anchors is applied beside the chart'),
    webhookCa: values('--webhook-ca <ca>', 'whose certificates the webhooks have'),
    viz: flag('--viz', 'the values of the extension viz'),
    file,
    force,
    template,
  },
  examples: [
    {
      line: 'mtls mesh linkerd values --ca linkerd-root --file values.yaml',
      does: 'then helm install … -f values.yaml',
    },
    {
      line: 'mtls mesh linkerd values --external-ca --webhook-ca hooks',
      does: 'anchors in their ConfigMap, and webhooks with own certificates',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { options, context, output } = invocation;
    const { ca, externalCa, webhookCa, viz } = options;
    if (viz && webhookCa.length === 0)
      throw new MtlsError('USAGE', 'the values of viz are about its webhooks', {
        hint: 'name who issued for them: --webhook-ca hooks',
      });
    if (viz ? ca.length > 0 || externalCa : ca.length > 0 === externalCa)
      throw new MtlsError(
        'USAGE',
        viz ? '--ca and --external-ca are not for viz' : 'one of --ca and --external-ca is needed',
        { hint: 'the anchors stand in the values, or in a ConfigMap beside the chart' },
      );
    const { linkerdValues, vizValues } = await import('../../manifest/linkerd-webhooks.ts');
    const given = givenTemplate(options, context);
    const place = await manifestPlace({ ...options, kustomize: undefined }, context, 'values');
    const anchors = ca.length > 0 ? await gatherRoots(invocation, ca) : [];
    const hooks = webhookCa.length > 0 ? await gatherRoots(invocation, webhookCa) : [];
    const webhookRoots = hooks.length > 0 ? encodeBundle(hooks) : undefined;
    const yaml = viz
      ? vizValues(webhookRoots ?? '', given)
      : linkerdValues(
          { anchors: externalCa ? undefined : encodeBundle(anchors), webhookRoots },
          given,
        );
    await deliverManifest(output, place, {
      yaml,
      title: viz ? 'values for linkerd-viz' : 'values for linkerd-control-plane',
      facts: () => ({
        anchors: anchors.map(certificateFacts),
        webhookRoots: hooks.map(certificateFacts),
      }),
    });
    return 0;
  },
});
