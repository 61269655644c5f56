// mtls mesh kiali cabundle: the roots that Kiali trusts, as a ConfigMap.
import { quoteForeign } from '../../base/text.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { cabundleName, KIALI_KEYS, KIALI_NAMESPACE } from '../../manifest/kiali-names.ts';
import { choice, defineCommand, value } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots, ROOTS_OPTION } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';

export const command = defineCommand({
  description:
    'Print the ConfigMap kiali-cabundle with the roots that Kiali trusts beside the CAs of its ' +
    'image, under additional-ca-bundle.pem: for Prometheus, tracing, Grafana and OpenID behind ' +
    'certificates of an own CA. Kiali looks again when it changes.',
  options: {
    ...ROOTS_OPTION,
    instance: value('--instance <name>', 'deployment.instance_name of Kiali; kiali by default'),
    key: choice(
      '--key <key>',
      KIALI_KEYS,
      'where in the ConfigMap; additional-ca-bundle.pem by default',
    ),
    ...OBJECT_OPTIONS,
    namespace: value(
      '-n, --namespace <name>',
      `where Kiali runs; ${KIALI_NAMESPACE} by default`,
      'Object:',
    ),
  },
  examples: [
    {
      line: 'mtls mesh kiali cabundle --ca root | kubectl apply -f -',
      does: 'in place of insecure_skip_verify',
    },
    {
      line: 'mtls mesh kiali cabundle --ca root --ca ./istio-root.pem --file kiali.yaml',
      does: 'roots of the home and of a file',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { options, context, output } = invocation;
    const { kialiCabundle } = await import('../../manifest/kiali.ts');
    const { namespace = KIALI_NAMESPACE, instance = 'kiali', key = KIALI_KEYS[0] } = options;
    const meta = readMeta(cabundleName(instance), { ...options, namespace });
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `configmap-${meta.name}`);
    const roots = await gatherRoots(invocation, options.ca);
    await deliverManifest(output, place, {
      yaml: kialiCabundle({ ...meta, roots: encodeBundle(roots), key }, template),
      title: `ConfigMap ${quoteForeign(meta.name)}`,
      facts: () => ({ name: meta.name, namespace, key, roots: roots.map(certificateFacts) }),
    });
    return 0;
  },
});
