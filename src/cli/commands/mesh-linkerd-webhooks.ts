// mtls mesh linkerd webhooks: certificates for what the API server calls in Linkerd.
import { invariant } from '../../base/assert.ts';
import { readDefaults } from '../../ca/defaults.ts';
import { issue } from '../../ca/issue.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { checkNamespace } from '../../manifest/kubernetes-names.ts';
import { parseIdentityName } from '../../name/san.ts';
import { resolveLeaf } from '../../profile/resolve.ts';
import { CA_OPTION, locateHome, openCa, sayNotices, undivided } from '../authority.ts';
import { defineCommand, flag, value } from '../command.ts';
import { readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { givenTemplate, OBJECT_OPTIONS, readLabels } from '../k8s-options.ts';
import { LOCK_OPTIONS, lockOptions } from '../lock-options.ts';
import { deliverManifest, manifestPlace, refuseKeyInJson } from '../manifest-place.ts';
import { certificateFacts } from '../render/authority.ts';
import { CA_KEY_OPTIONS, unlockCa } from '../signer.ts';

export const command = defineCommand({
  description:
    'Issue for Linkerd’s webhooks (proxy injector, profile and policy validators; with --viz tap ' +
    'and its injector), and print their Secrets of type kubernetes.io/tls. Helm is told of them ' +
    'by mtls mesh linkerd values --webhook-ca. They have nothing to do with the trust anchors.',
  options: {
    ...CA_OPTION,
    viz: flag('--viz', 'those of the extension viz, in linkerd-viz'),
    ...VALIDITY_OPTIONS,
    ...CA_KEY_OPTIONS,
    ...LOCK_OPTIONS,
    ...OBJECT_OPTIONS,
    namespace: value('-n, --namespace <name>', 'linkerd by default; linkerd-viz of viz', 'Object:'),
  },
  examples: [
    {
      line: 'mtls mesh linkerd webhooks --ca hooks | kubectl apply --server-side -f -',
      does: 'before helm install with the values of mtls mesh linkerd values',
    },
    { line: 'mtls mesh linkerd webhooks --ca hooks --viz --file viz.yaml', does: 'those of viz' },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA has expired or may not name them, or the file exists']],
  async run(invocation) {
    const { options, context, globals, output } = invocation;
    refuseKeyInJson(globals, options, 'name a file for the Secrets: --file webhooks.yaml');
    const { tlsSecret } = await import('../../manifest/kubernetes.ts');
    const { webhooksOf } = await import('../../manifest/linkerd-webhooks.ts');
    const namespace = options.namespace ?? (options.viz ? 'linkerd-viz' : 'linkerd');
    checkNamespace(namespace);
    const labels = readLabels(options.label);
    const template = givenTemplate(options, context);
    const place = await manifestPlace(options, context, `secrets-${namespace}-webhooks`);
    // A template that cannot be filled is said before anything is issued for it
    if (template)
      tlsSecret(
        { name: 'hook', namespace, labels, certificates: '', key: '', roots: '' },
        template,
      );
    const now = context.clock();
    const authority = openCa(invocation, options.ca);
    const defaults = await readDefaults(locateHome(invocation));
    const validity = readValidity(options, now);
    const plans = webhooksOf(namespace, options.viz).map((webhook) => ({
      ...webhook,
      plan: resolveLeaf(
        { names: [parseIdentityName(webhook.host)], profile: 'server', ...validity },
        authority.path,
        { now, defaults },
      ),
    }));
    const signer = await unlockCa(invocation, options, authority);
    const lock = lockOptions(invocation);
    const made = await undivided(invocation, async () => {
      const all = [];
      for (const { secret, plan } of plans)
        all.push({
          secret,
          ...(await issue(authority, signer, plan, { clock: context.clock, lock })),
        });
      return all;
    });
    const texts = made.map(({ secret: name, chain, roots, key, notices }) => {
      invariant(key, 'a certificate was issued without a key');
      sayNotices(invocation, notices);
      return tlsSecret(
        {
          name,
          namespace,
          labels,
          certificates: encodeBundle(chain),
          key: writePrivateKey(key),
          roots: encodeBundle(roots),
        },
        template,
      );
    });
    await deliverManifest(output, place, {
      yaml: texts.join('---\n'),
      secret: true,
      title: `${made.length} Secrets of webhooks`,
      facts: () => ({
        namespace,
        secrets: made.map(({ secret, certificate }) => ({
          name: secret,
          certificate: certificateFacts(certificate),
        })),
      }),
    });
    return 0;
  },
});
