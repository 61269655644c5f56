// mtls mesh linkerd anchors: what proxies trust, as a ConfigMap.
import { toUtf8 } from '../../base/bytes.ts';
import { quoteForeign } from '../../base/text.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { createRoot } from '../../ca/create.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { gatherBytes } from '../../diagnose/gather.ts';
import { checkLinkerd } from '../../diagnose/mesh/linkerd.ts';
import { listCas } from '../../store/ca-store.ts';
import { parseCaName } from '../../store/layout.ts';
import { locateHome, openCa, undivided } from '../authority.ts';
import { argument, defineCommand, flag } from '../command.ts';
import { readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readMeta } from '../k8s-options.ts';
import { checkLinkerdAnchor, LINKERD_OPTIONS, readControlPlane } from '../linkerd-options.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { certificateFacts } from '../render/authority.ts';
import { newPassphrase, NEW_PASSPHRASE_OPTIONS } from '../secrets.ts';

export const command = defineCommand({
  description:
    'Print the ConfigMap linkerd-identity-trust-roots: the roots that proxies trust, for ' +
    'identity.externalCA=true. A root of the home that is missing is made (ECDSA P-256, CN ' +
    'root.linkerd.cluster.local). While one takes over from another, name both.',
  arguments: {
    ca: argument(
      'any',
      'ca',
      'a root of the home, or a file of roots (with a / or .); linkerd-root by default',
    ),
  },
  options: {
    pem: flag('--pem', 'print the certificates alone, as identityTrustAnchorsPEM takes them'),
    ...NEW_PASSPHRASE_OPTIONS,
    ...LOCK_OPTIONS,
    ...VALIDITY_OPTIONS,
    ...OBJECT_OPTIONS,
    ...LINKERD_OPTIONS,
  },
  examples: [
    { line: 'mtls mesh linkerd anchors | kubectl apply -f -', does: 'make the root, or show it' },
    {
      line: 'mtls mesh linkerd anchors --pem > ca.crt',
      does: 'for linkerd install --identity-trust-anchors-file, or helm --set-file',
    },
    {
      line: 'mtls mesh linkerd anchors linkerd-root linkerd-root-2',
      does: 'both, while one takes over from the other',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a certificate is no root, or the file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const { TRUST_ROOTS, trustRoots } = await import('../../manifest/linkerd.ts');
    const { namespace, domain } = readControlPlane(options);
    const meta = readMeta(TRUST_ROOTS, options);
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `configmap-${TRUST_ROOTS}`);
    // A template that cannot be filled is said before a root is made for it
    if (template) trustRoots({ namespace, labels: meta.labels, roots: '' }, template);
    const named = args.ca.length > 0 ? args.ca : ['linkerd-root'];
    const home = locateHome(invocation);
    const validity = readValidity(options, context.clock());
    const made: string[] = [];
    for (const one of named) {
      if (/[/.\\]/.test(one)) continue;
      const name = parseCaName(one);
      if (listCas(home).includes(name)) checkLinkerdAnchor(openCa(invocation, name));
      else {
        const request = caRequestOf({ subject: `CN=root.${domain}`, ...validity }, name);
        const passphrase = await newPassphrase(invocation, `the key of CA ${quoteForeign(name)}`);
        const { authority } = await undivided(invocation, () =>
          createRoot({
            home,
            name,
            request,
            passphrase,
            clock: context.clock,
            lock: lockOptions(invocation),
          }),
        );
        made.push(name);
        if (passphrase === undefined)
          output.note(
            `the key is not encrypted: whoever can read ${authority.store.paths.key} is the CA`,
          );
        output.note(`created CA ${quoteForeign(name)}`);
      }
    }
    const roots = await gatherRoots(invocation, named);
    const pem = encodeBundle(roots);
    const manifest = trustRoots({ namespace, labels: meta.labels, roots: pem }, template);
    const said = checkLinkerd(await gatherBytes(toUtf8(manifest), '-'), { at: context.clock() });
    // The namespace is as it was asked for
    for (const { code, cause } of said.findings) if (code !== 'MESH_OBJECT') output.warn(cause);
    const yaml = options.pem ? pem : manifest;
    await deliverManifest(output, place, {
      yaml,
      title: options.pem ? 'the trust anchors' : `ConfigMap ${quoteForeign(TRUST_ROOTS)}`,
      facts: () => ({
        name: TRUST_ROOTS,
        namespace,
        created: made,
        roots: roots.map(certificateFacts),
      }),
    });
    return 0;
  },
});
