// mtls mesh cilium ca: the CA that Cilium's chart issues with, as the Secret cilium-ca.
import { quoteForeign } from '../../base/text.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { CILIUM_NAMESPACE_OPTION, readCiliumNamespace } from '../cilium-options.ts';
import { argument, defineCommand, value } from '../command.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels } from '../k8s-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { authorityJson } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

export const command = defineCommand({
  description:
    'Print the Secret cilium-ca, with which Cilium’s chart issues the certificates of Hubble and ' +
    'of the mesh of clusters: an intermediate of the home, made where it is missing. A root’s ' +
    'key is refused. Workloads get nothing of it: Cilium’s mutual authentication is that of ' +
    'SPIRE, and nobody hands Cilium certificates for them (mtls mesh spire upstream).',
  arguments: {
    name: argument('optional', 'name', 'the CA that signs; cilium by default'),
  },
  options: {
    helmRelease: value(
      '--helm-release <name>',
      'the release that is to own it: for tls.auto.method=helm, the default of the chart',
      'Object:',
    ),
    ...MESH_CA_OPTIONS,
    subject: value('--subject <dn>', 'subject, when it is made; CN=<name> by default'),
    ...KEY_TYPE_OPTION,
    ...VALIDITY_OPTIONS,
    ...OBJECT_OPTIONS,
    ...CILIUM_NAMESPACE_OPTION,
  },
  examples: [
    {
      line: 'mtls mesh cilium ca --ca root | kubectl apply --server-side -f -',
      does: 'before helm install with tls.auto.method=cronJob: certgen uses it',
    },
    {
      line: 'mtls mesh cilium ca --ca root --helm-release cilium --file ca.yaml',
      does: 'for the method helm, whose release takes no Secret that is nobody’s',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA is a root, the CA above it has expired, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secret: --file ca.yaml');
    const { CA_SECRET, ciliumCaSecret } = await import('../../manifest/cilium.ts');
    const { checkObjectName } = await import('../../manifest/kubernetes-names.ts');
    const namespace = readCiliumNamespace(options);
    const labels = readLabels(options.label);
    const { helmRelease: release } = options;
    if (release !== undefined) checkObjectName(release);
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `secret-${CA_SECRET}`);
    const held = { namespace, labels, release };
    // A template that cannot be filled is said before a CA is made for it
    if (template) ciliumCaSecret({ ...held, certificates: '', key: '' }, template);
    const name = args.name ?? 'cilium';
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) =>
        caRequestOf(
          { subject: options.subject, ...readKeyType(options), ...readValidity(options, now) },
          name,
        ),
    });
    warnOfFixtures(authority.path, output);
    const yaml = ciliumCaSecret(
      {
        ...held,
        certificates: encodeBundle([...authority.intermediates, authority.root]),
        key: writePrivateKey(key),
      },
      template,
    );
    output.note(
      `the Secret holds the key of CA ${quoteForeign(name)}: who reads it can sign as it`,
    );
    await deliverManifest(output, place, {
      yaml,
      secret: true,
      title: `Secret ${quoteForeign(CA_SECRET)} with the CA ${quoteForeign(name)}`,
      facts: () => ({
        name: CA_SECRET,
        namespace,
        helmRelease: release ?? null,
        created: made,
        ca: authorityJson(authority),
      }),
    });
    return 0;
  },
});
