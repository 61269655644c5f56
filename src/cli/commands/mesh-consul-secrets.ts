// mtls mesh consul secrets: what Consul's Helm chart reads of TLS, with no CA's key in it.
import { invariant } from '../../base/assert.ts';
import { readDefaults } from '../../ca/defaults.ts';
import { issue } from '../../ca/issue.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { checkNamespace, checkObjectName } from '../../manifest/kubernetes-names.ts';
import { formatGeneralName } from '../../name/san.ts';
import { resolveLeaf } from '../../profile/resolve.ts';
import { distinct } from '../../verify/asked.ts';
import { CA_OPTION, locateHome, openCa, sayNotices, undivided } from '../authority.ts';
import { argument, defineCommand, value } from '../command.ts';
import { ALSO_TRUST_OPTION, CONSUL_PLACE_OPTIONS, readConsulPlace } from '../consul-options.ts';
import { readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { CLUSTER_OBJECT_OPTIONS, readLabels } from '../k8s-options.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

const { label, file, kustomize, force } = CLUSTER_OBJECT_OPTIONS;

export const command = defineCommand({
  description:
    'Issue for the servers of Consul’s Helm chart, and print two Secrets: the certificate with ' +
    'its key (server.serverCert), and the root (global.tls.caCert). The chart’s caKey is not ' +
    'needed: mtls mesh consul values turns auto-encrypt on.',
  arguments: { name: argument('optional', 'name', 'global.name of the chart; consul by default') },
  options: {
    ...CA_OPTION,
    ...CONSUL_PLACE_OPTIONS,
    ...ALSO_TRUST_OPTION,
    namespace: value('-n, --namespace <name>', 'consul by default', 'Object:'),
    label,
    file,
    kustomize,
    force,
    ...VALIDITY_OPTIONS,
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh consul secrets --ca consul-root | kubectl apply --server-side -f -',
      does: 'before helm install with the values of mtls mesh consul values',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secrets: --file consul.yaml');
    const { tlsSecret } = await import('../../manifest/kubernetes.ts');
    const { caCertSecret, chartNames, consulSecrets } =
      await import('../../manifest/consul-helm.ts');
    const release = args.name ?? 'consul';
    const namespace = options.namespace ?? 'consul';
    checkObjectName(release);
    checkNamespace(namespace);
    const consul = readConsulPlace(options);
    const labels = readLabels(options.label);
    const place = await manifestPlace(options, context, `secrets-${release}-tls`);
    const now = context.clock();
    const authority = openCa(invocation, options.ca);
    const also =
      options.alsoTrust.length > 0 ? await gatherRoots(invocation, options.alsoTrust) : [];
    const defaults = await readDefaults(locateHome(invocation));
    const plan = resolveLeaf(
      {
        names: chartNames(consul, { name: release, namespace }),
        profile: 'peer',
        ...readValidity(options, now),
      },
      authority.path,
      { now, defaults },
    );
    for (const warning of plan.warnings) output.warn(warning);
    const signer = await unlockCa(invocation, options, authority);
    const made = await undivided(invocation, () =>
      issue(authority, signer, plan, { clock: context.clock, lock: lockOptions(invocation) }),
    );
    sayNotices(invocation, made.notices);
    warnOfFixtures(authority.path, output);
    const { key, chain, certificate } = made;
    invariant(key, 'a certificate was issued without a key');
    const roots = distinct([authority.root, ...also]);
    const names = consulSecrets(release);
    await deliverManifest(output, place, {
      yaml: [
        caCertSecret({ name: names.ca, namespace, labels, roots: encodeBundle(roots) }),
        tlsSecret({
          name: names.server,
          namespace,
          labels,
          certificates: encodeBundle(chain),
          key: writePrivateKey(key),
        }),
      ].join('---\n'),
      secret: true,
      title: 'two Secrets of Consul’s servers',
      facts: () => ({
        namespace,
        secrets: names,
        certificate: {
          ...certificateFacts(certificate),
          names: certificate.names.map(formatGeneralName),
        },
        roots: roots.map(certificateFacts),
      }),
    });
    return 0;
  },
});
