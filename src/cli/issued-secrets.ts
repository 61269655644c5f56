// Several leaves of one CA, each as a TLS Secret of its own: what the parts of a system show each
// other.
import { invariant } from '../base/assert.ts';
import { readDefaults } from '../ca/defaults.ts';
import { issue } from '../ca/issue.ts';
import { encodeBundle } from '../codec/bundle.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import { parseIdentityName } from '../name/san.ts';
import { distinct } from '../verify/asked.ts';
import type { Certificate } from '../x509/certificate.ts';
import { CA_OPTION, locateHome, openCa, sayNotices, undivided } from './authority.ts';
import type { Invocation, OptionValues } from './command.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from './identity.ts';
import { OBJECT_OPTIONS, readLabels, givenTemplate } from './k8s-options.ts';
import { LOCK_OPTIONS, lockOptions } from './lock-options.ts';
import { deliverManifest, type ManifestPlace } from './manifest-place.ts';
import { certificateFacts } from './render/authority.ts';
import { CA_KEY_OPTIONS, unlockCa } from './signer.ts';

export const ISSUED_SECRETS_OPTIONS = {
  ...CA_OPTION,
  ...KEY_TYPE_OPTION,
  ...VALIDITY_OPTIONS,
  ...CA_KEY_OPTIONS,
  ...LOCK_OPTIONS,
  ...OBJECT_OPTIONS,
} as const;

export interface WantedSecret {
  readonly secret: string;
  readonly profile: LeafProfileName;
  /** The first is the common name. */
  readonly names: readonly string[];
}

export interface IssuedSecrets {
  readonly namespace: string;
  readonly wanted: readonly WantedSecret[];
  /** Trusted beside the CA's own root. */
  readonly alsoTrust?: readonly Certificate[];
  readonly place: ManifestPlace | undefined;
  /** Names them all, for the report. */
  readonly title: string;
}

type Options = OptionValues<typeof ISSUED_SECRETS_OPTIONS>;

/**
 * Issues them all, none unless each can be, and delivers their Secrets. Throws what issuing does,
 * BAD_NAME and BAD_OPTION.
 */
export async function deliverIssued(
  invocation: Pick<Invocation, 'context' | 'globals' | 'output'> & { readonly options: Options },
  { namespace, wanted, alsoTrust = [], place, title }: IssuedSecrets,
): Promise<void> {
  const { options, context, output } = invocation;
  const { tlsSecret } = await import('../manifest/kubernetes.ts');
  const labels = readLabels(options.label);
  const template = givenTemplate(options, context);
  // A template that cannot be filled is said before anything is issued for it
  if (template)
    tlsSecret({ name: 'leaf', namespace, labels, certificates: '', key: '', roots: '' }, template);
  const now = context.clock();
  const authority = openCa(invocation, options.ca);
  const defaults = await readDefaults(locateHome(invocation));
  const validity = readValidity(options, now);
  const plans = wanted.map(({ secret, profile, names }) => ({
    secret,
    plan: resolveLeaf(
      { names: names.map(parseIdentityName), profile, ...readKeyType(options), ...validity },
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
        roots: encodeBundle(distinct([...roots, ...alsoTrust])),
      },
      template,
    );
  });
  await deliverManifest(output, place, {
    yaml: texts.join('---\n'),
    secret: true,
    title,
    facts: () => ({
      namespace,
      secrets: made.map(({ secret, certificate }) => ({
        name: secret,
        certificate: certificateFacts(certificate),
      })),
    }),
  });
}
