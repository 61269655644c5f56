// mtls mesh linkerd issuer: the CA that Linkerd's identity controller signs with, as a Secret.
import { quoteForeign } from '../../base/text.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { argument, choice, defineCommand } from '../command.ts';
import { readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import {
  checkLinkerdAnchor,
  checkLinkerdIssuer,
  LINKERD_OPTIONS,
  readControlPlane,
} from '../linkerd-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { authorityJson } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

export const command = defineCommand({
  description:
    'Print the Secret linkerd-identity-issuer: an intermediate of the home, made where it is ' +
    'missing (ECDSA P-256, CN identity.linkerd.cluster.local). A root’s key is refused. Its form ' +
    'is that of identity.issuer.scheme.',
  arguments: {
    name: argument('optional', 'name', 'the CA that signs; linkerd-identity by default'),
  },
  options: {
    form: choice(
      '--form <scheme>',
      ['linkerd.io/tls', 'kubernetes.io/tls'],
      'crt.pem and key.pem, the default, or tls.crt, tls.key and ca.crt',
    ),
    ...MESH_CA_OPTIONS,
    ...VALIDITY_OPTIONS,
    ...OBJECT_OPTIONS,
    ...LINKERD_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh linkerd issuer --ca linkerd-root | kubectl apply --server-side -f -',
      does: 'below the anchor that mtls mesh linkerd anchors made',
    },
    {
      line: 'mtls mesh linkerd issuer --form kubernetes.io/tls --file issuer.yaml',
      does: 'for identity.issuer.scheme=kubernetes.io/tls, as cert-manager writes it',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA is a root, the CA above it has expired, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secret: --file issuer.yaml');
    const { ISSUER_SECRET, issuerSecret } = await import('../../manifest/linkerd.ts');
    const { namespace, domain } = readControlPlane(options);
    const meta = readMeta(ISSUER_SECRET, options);
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `secret-${ISSUER_SECRET}`);
    const roots = options.form === 'kubernetes.io/tls' ? '' : undefined;
    // A template that cannot be filled is said before a CA is made for it
    if (template)
      issuerSecret({ namespace, labels: meta.labels, certificates: '', key: '', roots }, template);
    const name = args.name ?? 'linkerd-identity';
    const subject = `CN=identity.${domain}`;
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) => caRequestOf({ subject, ...readValidity(options, now) }, name),
      vet: (one, role) => {
        (role === 'ca' ? checkLinkerdIssuer : checkLinkerdAnchor)(one);
      },
    });
    warnOfFixtures(authority.path, output);
    const yaml = issuerSecret(
      {
        namespace,
        labels: meta.labels,
        certificates: encodeBundle(authority.intermediates),
        key: writePrivateKey(key),
        roots: roots === undefined ? undefined : encodeBundle([authority.root]),
      },
      template,
    );
    output.note(
      `the Secret holds the key of CA ${quoteForeign(name)}: who reads it can sign as it`,
    );
    await deliverManifest(output, place, {
      yaml,
      secret: true,
      title: `Secret ${quoteForeign(ISSUER_SECRET)} with the CA ${quoteForeign(name)}`,
      facts: () => ({
        name: ISSUER_SECRET,
        namespace,
        form: options.form ?? 'linkerd.io/tls',
        created: made,
        ca: authorityJson(authority),
      }),
    });
    return 0;
  },
});
