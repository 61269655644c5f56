// mtls mesh cert-manager issuer: a CA that cert-manager signs with, as a Secret and an issuer.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { argument, defineCommand, value } from '../command.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { authorityJson } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

export const command = defineCommand({
  description:
    'Print a ClusterIssuer of cert-manager and the Secret of its CA: an intermediate of the home, ' +
    'made where it is missing. A root’s key is refused. With --namespace an Issuer, which signs ' +
    'in that namespace alone. tls.crt holds the root too: cert-manager makes ca.crt of it.',
  arguments: {
    name: argument('optional', 'name', 'the CA that signs; cert-manager by default'),
  },
  options: {
    ...MESH_CA_OPTIONS,
    issuer: value('--issuer <name>', 'name of the issuer; that of the CA by default', 'Object:'),
    secret: value('--secret <name>', 'name of the Secret; <issuer>-ca by default', 'Object:'),
    resourceNamespace: value(
      '--resource-namespace <name>',
      'where cert-manager looks for Secrets of ClusterIssuers; cert-manager by default',
      'Object:',
    ),
    subject: value('--subject <dn>', 'subject, when it is made; CN=<name> by default'),
    ...KEY_TYPE_OPTION,
    ...VALIDITY_OPTIONS,
    ...OBJECT_OPTIONS,
    namespace: value('-n, --namespace <name>', 'an Issuer for this namespace instead', 'Object:'),
  },
  examples: [
    {
      line: 'mtls mesh cert-manager issuer --ca root | kubectl apply --server-side -f -',
      does: 'the ClusterIssuer cert-manager, for every namespace',
    },
    {
      line: 'mtls mesh cert-manager issuer prod --ca root -n prod --file issuer.yaml',
      does: 'the Issuer prod, for one',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA is a root, the CA above it has expired, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secret: --file issuer.yaml');
    if (options.namespace !== undefined && options.resourceNamespace !== undefined)
      throw new MtlsError('USAGE', '--namespace and --resource-namespace exclude each other', {
        hint: 'an Issuer has its Secret beside it',
      });
    const { CERT_MANAGER_NAMESPACE, caIssuer } = await import('../../manifest/cert-manager.ts');
    const name = args.name ?? 'cert-manager';
    const kind = options.namespace === undefined ? 'ClusterIssuer' : 'Issuer';
    const namespace = options.namespace ?? options.resourceNamespace ?? CERT_MANAGER_NAMESPACE;
    const meta = readMeta(options.issuer ?? name, { namespace, label: options.label });
    const secretName = readMeta(options.secret ?? `${meta.name}-ca`, { namespace, label: [] }).name;
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `${kind.toLowerCase()}-${meta.name}`);
    const object = { kind, name: meta.name, secretName, namespace, labels: meta.labels } as const;
    // A template that cannot be filled is said before a CA is made for it
    if (template) caIssuer({ ...object, certificates: '', key: '' }, template);
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) =>
        caRequestOf(
          { subject: options.subject, ...readKeyType(options), ...readValidity(options, now) },
          name,
        ),
    });
    warnOfFixtures(authority.path, output);
    const yaml = caIssuer(
      {
        ...object,
        certificates: encodeBundle(authority.path),
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
      title: `${kind} ${quoteForeign(meta.name)} with the CA ${quoteForeign(name)}`,
      facts: () => ({
        kind,
        name: meta.name,
        namespace,
        secret: secretName,
        created: made,
        ca: authorityJson(authority),
      }),
    });
    return 0;
  },
});
