// mtls k8s configmap: roots for those who check certificates.
import { quoteForeign } from '../../base/text.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { argument, defineCommand } from '../command.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots, ROOTS_OPTION } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';

export const command = defineCommand({
  description:
    'Print a ConfigMap with the key ca.crt: the roots of a CA of the home, or of a file. It ' +
    'holds certificates only, never a key.',
  arguments: { name: argument('required', 'name', 'name of the ConfigMap') },
  options: {
    ...ROOTS_OPTION,
    ...OBJECT_OPTIONS,
  },
  examples: [
    { line: 'mtls k8s configmap mtls-roots | kubectl apply -f -', does: 'the roots of the home' },
    {
      line: 'mtls k8s configmap mtls-roots --ca old --ca new -n prod',
      does: 'two roots, while one takes over from the other',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const meta = readMeta(args.name, options);
    const place = await manifestPlace(options, context, `configmap-${meta.name}`);
    const template = givenTemplate(options, context);
    const roots = await gatherRoots(invocation, options.ca);
    // YAML is loaded where a manifest is made
    const { caConfigMap } = await import('../../manifest/kubernetes.ts');
    await deliverManifest(output, place, {
      yaml: caConfigMap({ ...meta, roots: encodeBundle(roots) }, template),
      title: `ConfigMap ${quoteForeign(meta.name)}`,
      facts: () => ({
        name: meta.name,
        namespace: meta.namespace ?? null,
        roots: roots.map(certificateFacts),
      }),
    });
    return 0;
  },
});
