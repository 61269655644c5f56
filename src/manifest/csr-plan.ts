// The certificate of a CertificateSigningRequest: what it asks for within what its signer, the
// profiles and whoever signs allow.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { planRequest } from '../profile/allow.ts';
import { PROFILES } from '../profile/builtin.ts';
import type { IssuerPath } from '../profile/issuer.ts';
import type { NamePattern } from '../profile/name-pattern.ts';
import type { IssuePlan } from '../profile/plan.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import type { ResolveContext } from '../profile/resolve.ts';
import { withWarnings } from '../profile/request.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import type { CsrObject } from './csr-object.ts';
import { checkSigner, checkSystemNames } from './csr-signers.ts';
import { boundedUsages, profileFor } from './csr-usages.ts';

/** What whoever signs decides. */
export interface CsrRules {
  /** Undefined: by the usages. */
  readonly profile?: LeafProfileName | undefined;
  /** Milliseconds; undefined: the home's, else the profile's. */
  readonly longest?: number | undefined;
  readonly allow: readonly NamePattern[];
  /** Users and groups that begin with `system:` may be signed. */
  readonly allowSystem: boolean;
}

/**
 * Decides the certificate of a request whose signature holds. Whether it is approved is the caller's
 * to ask.
 *
 * @param path issuer first, root last
 * @throws MtlsError CSR_REFUSED, NAME_NOT_ALLOWED, and as `planRequest` does
 */
export function planCsrObject(
  { object, request }: { readonly object: CsrObject; readonly request: CertificationRequest },
  rules: CsrRules,
  path: IssuerPath,
  context: ResolveContext,
): IssuePlan {
  const { usages, signerName, expirationSeconds } = object;
  const { subject, names } = request;
  const warnings = checkSystemNames(subject, rules.allowSystem);
  checkSigner(signerName, { subject, names, usages });
  const profile = chosenProfile(profileFor(usages, names), rules.profile);
  const own = rules.longest ?? context.defaults?.ttl ?? PROFILES[profile].ttl;
  const asked = expirationSeconds === undefined ? own : expirationSeconds * 1000;
  const plan = planRequest(
    request,
    { profile, ttl: Math.min(own, asked), allow: rules.allow },
    path,
    context,
  );
  // What --allow leaves out may be what the signer demands
  checkSigner(signerName, { subject: plan.subject, names: plan.names, usages });
  return withWarnings(boundedUsages(plan, usages), warnings);
}

function chosenProfile(
  fitting: LeafProfileName,
  given: LeafProfileName | undefined,
): LeafProfileName {
  if (given === undefined) return fitting;
  const [asked, offered] = [PROFILES[fitting], PROFILES[given]].map(({ extendedKeyUsage }) =>
    extendedKeyUsage.join(),
  );
  if (asked === offered) return given;
  throw new MtlsError(
    'CSR_REFUSED',
    `the profile ${quoteForeign(given)} is not what its usages ask for`,
    { hint: `that is ${fitting}; leave --profile out` },
  );
}
