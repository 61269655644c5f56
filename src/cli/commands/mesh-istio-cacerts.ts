// mtls mesh istio cacerts: the CA that istiod signs with, as a Secret.
import { bytesEqual, toUtf8 } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Authority } from '../../ca/authority.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { encodePem } from '../../codec/pem.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { listCas } from '../../store/ca-store.ts';
import { checkIstio } from '../../diagnose/mesh/istio.ts';
import { gatherBytes } from '../../diagnose/gather.ts';
import { distinct } from '../../verify/asked.ts';
import { locateHome, openListedCa, type Reaching } from '../authority.ts';
import { argument, defineCommand, flag, value, values } from '../command.ts';
import { lastCrl } from '../home-crls.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { authorityJson, certificateFacts } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

export const command = defineCommand({
  description:
    'Print the Secret cacerts, with which istiod signs as a CA of yours: an intermediate of the ' +
    'home, made by Istio’s recipe where it is missing (path length 0, the name ' +
    'istiod.istio-system.svc). A root’s key is refused. While one root takes over from another, ' +
    'add it with --also-trust, and change the CA once all workloads know both.',
  arguments: { name: argument('optional', 'name', 'the CA that signs; istio by default') },
  options: {
    ...MESH_CA_OPTIONS,
    alsoTrust: values(
      '--also-trust <ca>',
      'another root for root-cert.pem: a CA of the home, or a file (with a / or .)',
    ),
    crls: flag('--crls', 'add the last CRL of every CA of the chain, from the home'),
    tls: flag('--tls', 'type kubernetes.io/tls: tls.crt, tls.key and ca.crt'),
    subject: value('--subject <dn>', 'subject, when it is made; CN=<name> by default'),
    ...KEY_TYPE_OPTION,
    ...VALIDITY_OPTIONS,
    ...OBJECT_OPTIONS,
    namespace: value(
      '-n, --namespace <name>',
      'where istiod runs; istio-system by default',
      'Object:',
    ),
  },
  examples: [
    {
      line: 'mtls mesh istio cacerts --ca root | kubectl apply --server-side -f -',
      does: 'before Istio is installed; then istiod has no CA of its own',
    },
    {
      line: 'mtls mesh istio cacerts cluster2 --ca root --file cluster2.yaml',
      does: 'one intermediate for each cluster, below one root',
    },
    {
      line: 'mtls mesh istio cacerts --also-trust new-root --file step1.yaml',
      does: 'the first step from one root to another: docs/mesh.md has them all',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA is a root, the CA above it has expired, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secret: --file cacerts.yaml');
    if (options.tls && options.crls)
      throw new MtlsError('USAGE', 'the form of kubernetes.io/tls has no place for CRLs', {
        hint: 'leave --tls or --crls out',
      });
    const { CACERTS, cacertsSecret, ISTIO_NAMESPACE, ISTIOD_NAME } =
      await import('../../manifest/istio.ts');
    const meta = readMeta(CACERTS, options);
    const namespace = options.namespace ?? ISTIO_NAMESPACE;
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `secret-${CACERTS}`);
    // A template that cannot be filled is said before a CA is made for it
    if (template) {
      const empty = { certificate: '', above: '', key: '', roots: '', root: '', crls: '' };
      cacertsSecret({ ...empty, namespace, labels: meta.labels, tls: options.tls }, template);
    }
    const name = args.name ?? 'istio';
    const others =
      options.alsoTrust.length === 0 ? [] : await gatherRoots(invocation, options.alsoTrust);
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) => ({
        ...caRequestOf(
          { subject: options.subject, ...readKeyType(options), ...readValidity(options, now) },
          name,
        ),
        names: [{ kind: 'dns', value: ISTIOD_NAME }],
      }),
      beside: others,
    });
    const { certificate, root, intermediates } = authority;
    const roots = distinct([root, ...others]);
    warnOfFixtures([certificate, ...roots], output);
    const yaml = cacertsSecret(
      {
        namespace,
        labels: meta.labels,
        certificate: encodeBundle([certificate]),
        above: encodeBundle(intermediates.filter(({ der }) => !bytesEqual(der, certificate.der))),
        key: writePrivateKey(key),
        roots: encodeBundle(roots),
        root: encodeBundle([root]),
        crls: options.crls ? crlsOf(invocation, authority) : undefined,
        tls: options.tls,
      },
      template,
    );
    for (const { cause } of checkIstio(await gatherBytes(toUtf8(yaml), '-'), context.clock())
      .findings)
      output.warn(cause);
    output.note(
      `the Secret holds the key of CA ${quoteForeign(name)}: who reads it can sign as it`,
    );
    await deliverManifest(output, place, {
      yaml,
      secret: true,
      title: `Secret ${quoteForeign(CACERTS)} with the CA ${quoteForeign(name)}`,
      facts: () => ({
        name: CACERTS,
        namespace,
        created: made,
        ca: authorityJson(authority),
        roots: roots.map(certificateFacts),
      }),
    });
    return 0;
  },
});

/** The last CRL of the CA and of all above it: Envoy wants all of them, or none. */
function crlsOf(reaching: Reaching, { path }: Authority): string {
  const home = locateHome(reaching);
  const known = listCas(home).map((name) => openListedCa(reaching, home, name));
  return path
    .map((certificate) => {
      const owner = known.find(({ store }) => bytesEqual(store.certificate.der, certificate.der));
      const { subject } = certificateFacts(certificate);
      const crl = owner && lastCrl(owner);
      if (crl) return encodePem('X509 CRL', crl.der);
      throw new MtlsError(
        'NOTHING_FOUND',
        `no CRL of ${quoteForeign(String(subject))} in the home`,
        {
          hint: owner
            ? `make it: mtls ca crl ${owner.store.name}`
            : 'this CA is kept elsewhere: leave --crls out, or bring it here with mtls ca import',
        },
      );
    })
    .join('');
}
