// mtls k8s trust-bundle: roots for a whole cluster.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { argument, choice, defineCommand, flag, value, values } from '../command.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate, readLabels } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots, ROOTS_OPTION } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';

const TRUST_MANAGER = 'trust-manager:';

export const command = defineCommand({
  description:
    'Print a ClusterTrustBundle (certificates.k8s.io/v1beta1, which a cluster serves only when ' +
    'told to), which Pods mount as a projected volume, or a Bundle for trust-manager, which puts ' +
    'it into namespaces. Either holds the roots of a CA of the home, or of a file: each once, ' +
    'certificates only.',
  arguments: {
    name: argument('required', 'name', 'its name; that of the signer is put before it'),
  },
  options: {
    ...ROOTS_OPTION,
    signerName: value(
      '--signer-name <domain/path>',
      'the signer whose roots they are; Pods can then ask for them by signer',
    ),
    ...CLUSTER_OBJECT_OPTIONS,
    trustManager: flag('--trust-manager', 'a Bundle for trust-manager instead', TRUST_MANAGER),
    target: choice(
      '--target <kind>',
      ['configmap', 'secret'],
      'what trust-manager writes; configmap by default',
      TRUST_MANAGER,
    ),
    key: value('--key <key>', 'the key in it; ca.crt by default', TRUST_MANAGER),
    toLabel: values(
      '--to-label <key=value>',
      'only into namespaces with this label; into all by default',
      TRUST_MANAGER,
    ),
  },
  examples: [
    {
      line: 'mtls k8s trust-bundle mtls-roots --ca prod | kubectl apply -f -',
      does: 'the roots of a CA of the home, for every Pod',
    },
    {
      line: 'mtls k8s trust-bundle roots --signer-name example.org/workloads --ca ./ca.crt',
      does: 'of a signer: its name is example.org:workloads:roots',
    },
    {
      line: 'mtls k8s trust-bundle roots --ca new --trust-manager --to-label mtls=on',
      does: 'as a ConfigMap, into some namespaces',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { signerName, trustManager, target, key, toLabel } = options;
    if (trustManager && signerName !== undefined)
      throw new MtlsError('USAGE', '--signer-name and --trust-manager exclude each other', {
        hint: 'a Bundle of trust-manager belongs to no signer',
      });
    if (!trustManager && (target !== undefined || key !== undefined || toLabel.length > 0))
      throw new MtlsError('USAGE', '--target, --key and --to-label go with --trust-manager', {
        hint: 'a ClusterTrustBundle is mounted by the Pods that want it',
      });
    const labels = readLabels(options.label);
    const namespaceLabels = readLabels(toLabel);
    const template = givenTemplate(options, context);
    // YAML is loaded where a manifest is made
    const { clusterTrustBundle, trustBundleName, trustManagerBundle } =
      await import('../../manifest/trust-bundle.ts');
    const name = trustManager ? args.name : trustBundleName(args.name, signerName);
    const kind = trustManager ? 'Bundle' : 'ClusterTrustBundle';
    const place = await manifestPlace(options, context, `${kind.toLowerCase()}-${name}`);
    const roots = await gatherRoots(invocation, options.ca);
    const yaml = trustManager
      ? trustManagerBundle(
          {
            name,
            labels,
            roots,
            namespaceLabels,
            target: target === 'secret' ? 'secret' : 'configMap',
            key: key ?? 'ca.crt',
          },
          template,
        )
      : clusterTrustBundle({ name, labels, roots, signerName }, template);
    await deliverManifest(output, place, {
      yaml,
      title: `${kind} ${quoteForeign(name)}`,
      facts: () => ({
        kind,
        name,
        signerName: signerName ?? null,
        roots: roots.map(certificateFacts),
      }),
    });
    return 0;
  },
});
