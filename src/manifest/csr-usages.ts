// What a CertificateSigningRequest wants its certificate for, and the profile that makes just that.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { PublicKey } from '../crypto/key.ts';
import { isSpiffeName } from '../profile/names.ts';
import type { IssuePlan } from '../profile/plan.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import type { GeneralName } from '../name/san.ts';

/** All that `spec.usages` may hold (certificates.k8s.io/v1, KeyUsage). */
export const USAGES = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
] as const;

export type Usage = (typeof USAGES)[number];

/** Usages that our profiles can express. */
const SIGNED: ReadonlySet<Usage> = new Set([
  'signing',
  'digital signature',
  'key encipherment',
  'server auth',
  'client auth',
]);

/** Reads `--usages`: names as Kubernetes has them, with commas between. Throws BAD_OPTION. */
export function parseUsages(texts: readonly string[]): readonly Usage[] {
  const read = texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const name = text
        .trim()
        .toLowerCase()
        .replace(/[-_\s]+/g, ' ');
      const usage = USAGES.find((one) => one === name);
      if (usage) return usage;
      throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no usage`, {
        hint: `such as "digital signature,server auth"; known are ${USAGES.join(', ')}`,
      });
    });
  return [...new Set(read)];
}

/** What a workload of this kind asks for: what its profile will hold. */
export function usagesOf(profile: LeafProfileName, key: PublicKey): readonly Usage[] {
  return [
    'digital signature',
    ...(key.kind === 'rsa' ? (['key encipherment'] as const) : []),
    ...(profile === 'client' ? [] : (['server auth'] as const)),
    ...(profile === 'server' ? [] : (['client auth'] as const)),
  ];
}

/**
 * The profile whose purposes are those that are asked for, no more and no less.
 *
 * @throws MtlsError CSR_REFUSED where no profile has them
 */
export function profileFor(
  usages: readonly Usage[],
  names: readonly GeneralName[],
): LeafProfileName {
  const stray = usages.find((usage) => !SIGNED.has(usage));
  if (stray !== undefined)
    throw inexpressible(`the request asks for ${quoteForeign(stray)}, which no profile makes`);
  const server = usages.includes('server auth');
  const client = usages.includes('client auth');
  if (!server && !client)
    throw inexpressible(
      'the request asks for neither server auth nor client auth, and TLS needs one',
    );
  const signs = usages.includes('digital signature') || usages.includes('signing');
  if (usages.includes('key encipherment') && !signs)
    throw inexpressible('the request asks for key encipherment without digital signature');
  if (!server) return 'client';
  if (!client) return 'server';
  const isSvid = names.length === 1 && names.every(isSpiffeName);
  return isSvid ? 'svid' : 'peer';
}

function inexpressible(what: string): MtlsError {
  return new MtlsError('CSR_REFUSED', what, {
    hint: 'signed are digital signature, key encipherment, server auth and client auth; for a CA see mtls ca intermediate',
  });
}

/** The plan without key encipherment where that was not asked for, and a word where it cannot be. */
export function boundedUsages(plan: IssuePlan, usages: readonly Usage[]): IssuePlan {
  const wanted = usages.includes('key encipherment');
  const planned = plan.extensions.some(
    ({ value }) => value.kind === 'keyUsage' && value.usages.includes('keyEncipherment'),
  );
  if (wanted && !planned)
    return {
      ...plan,
      warnings: [
        ...plan.warnings,
        'left out key encipherment: only RSA keys can do that (RFC 8813 §3)',
      ],
    };
  // Who names no use of the key at all leaves it to the signer
  const leftToUs = usages.every((usage) => usage.endsWith(' auth'));
  if (wanted || !planned || leftToUs) return plan;
  return {
    ...plan,
    extensions: plan.extensions.map((extension) =>
      extension.value.kind === 'keyUsage'
        ? { ...extension, value: { ...extension.value, usages: ['digitalSignature'] } }
        : extension,
    ),
    fields: plan.fields.map((field) =>
      field.name === 'key usage'
        ? { ...field, value: 'digitalSignature, critical', source: 'request' }
        : field,
    ),
  };
}
