// mtls mesh cilium values: what Helm is told of certificates that it does not make.
import { MtlsError } from '../../base/errors.ts';
import { AUTH_MODES } from '../../manifest/cilium-secrets.ts';
import { choice, defineCommand, flag } from '../command.ts';
import { CLUSTER_OBJECT_OPTIONS, givenTemplate } from '../k8s-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';

const { file, force, template } = CLUSTER_OBJECT_OPTIONS;

export const command = defineCommand({
  description:
    'Print Helm values for cilium: hubble.tls.auto.enabled=false and the names of the Secrets of ' +
    'mtls mesh cilium hubble, with --clustermesh the same for those of mtls mesh cilium ' +
    'clustermesh. No key is in them. They turn on no mutual authentication of workloads: that ' +
    'is authentication.mutual.spire.enabled, and its certificates are SPIRE’s.',
  options: {
    relayTls: flag('--relay-tls', 'the Relay speaks TLS, and asks for client certificates'),
    metrics: flag('--metrics', 'Hubble’s metrics are served over TLS'),
    clustermesh: flag('--clustermesh', 'clustermesh-apiserver too'),
    authMode: choice(
      '--auth-mode <mode>',
      AUTH_MODES,
      'clustermesh.apiserver.tls.authMode; migration by default',
    ),
    caBundle: flag(
      '--ca-bundle',
      'trust the ConfigMap cilium-root-ca.crt in place of each Secret’s ca.crt',
    ),
    noHubble: flag('--no-hubble', 'leave Hubble’s certificates to the chart'),
    file,
    force,
    template,
  },
  examples: [
    {
      line: 'mtls mesh cilium values --file values.yaml',
      does: 'then helm upgrade cilium … -f values.yaml',
    },
    {
      line: 'mtls mesh cilium values --no-hubble --ca-bundle',
      does: 'certificates by the chart, trust by mtls k8s configmap cilium-root-ca.crt',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the file exists']],
  async run(invocation) {
    const { options, context, output } = invocation;
    const { relayTls, metrics, clustermesh, authMode, caBundle, noHubble } = options;
    if (noHubble && (relayTls || metrics))
      throw new MtlsError('USAGE', '--relay-tls and --metrics are about Hubble’s certificates', {
        hint: 'leave --no-hubble out',
      });
    if (noHubble && !clustermesh && !caBundle)
      throw new MtlsError('USAGE', 'nothing is left to tell Helm', {
        hint: 'leave --no-hubble out, or add --clustermesh or --ca-bundle',
      });
    if (authMode !== undefined && !clustermesh)
      throw new MtlsError('USAGE', '--auth-mode is about the mesh of clusters', {
        hint: 'add --clustermesh',
      });
    const { ciliumValues } = await import('../../manifest/cilium.ts');
    const place = await manifestPlace({ ...options, kustomize: undefined }, context, 'values');
    const values = {
      hubble: !noHubble,
      relayTls,
      metrics,
      clusterMesh: clustermesh ? (authMode ?? 'migration') : undefined,
      bundle: caBundle,
    };
    await deliverManifest(output, place, {
      yaml: ciliumValues(values, givenTemplate(options, context)),
      title: 'values for cilium',
      facts: () => ({ ...values, clusterMesh: values.clusterMesh ?? null }),
    });
    return 0;
  },
});
