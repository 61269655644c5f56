// `--allow`: the names and subjects that a request may have.
import { MtlsError } from '../base/errors.ts';
import { escapeControl } from '../base/text.ts';
import { COMMON_NAME, EMAIL_ADDRESS } from '../name/attributes.ts';
import {
  encodeDn,
  formatDn,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from '../name/dn.ts';
import { formatGeneralName, parseIdentityName, type GeneralName } from '../name/san.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import type { IssuerPath } from './issuer.ts';
import type { NamePattern } from './name-pattern.ts';
import type { IssuePlan } from './plan.ts';
import { resolveRequest, withWarnings, type SigningRequest } from './request.ts';
import type { ResolveContext } from './resolve.ts';

/** As SigningRequest, with the patterns that bound what may be asked for; none bounds nothing. */
export interface BoundedSigning extends SigningRequest {
  readonly allow: readonly NamePattern[];
}

/**
 * Decides the certificate of a request, as `resolveRequest` does, within patterns. What of its
 * subject none covers is left out, with a warning. Throws NAME_NOT_ALLOWED for a name that none does.
 */
export function planRequest(
  request: CertificationRequest,
  { allow, ...signing }: BoundedSigning,
  path: IssuerPath,
  context: ResolveContext,
): IssuePlan {
  if (allow.length === 0) return resolveRequest(request, signing, path, context);
  checkAllowed(request.names, request.subject, allow);
  const { subject, leftOut } = allowedSubject(request.subject, allow);
  const whole = leftOut.rdns.length === 0;
  const bounded = whole ? request : { ...request, subject, subjectDer: encodeDn(subject) };
  const plan = resolveRequest(bounded, signing, path, context);
  checkAllowed(plan.names, plan.subject, allow);
  return whole
    ? plan
    : withWarnings(plan, [
        `left out of the subject, as no --allow covers it: ${formatDn(leftOut)}`,
      ]);
}

const isName = ({ oid }: AttributeTypeAndValue) => oid === COMMON_NAME || oid === EMAIL_ADDRESS;

/**
 * Refuses a request that asks for a name which no pattern covers. Common names and e-mail
 * addresses of the subject are names too: servers log people in by them. Throws NAME_NOT_ALLOWED.
 */
export function checkAllowed(
  names: readonly GeneralName[],
  subject: DistinguishedName,
  patterns: readonly NamePattern[],
): void {
  const covered = (name: GeneralName) => patterns.some((pattern) => pattern.matches(name));
  const stray = names.find((name) => !covered(name));
  if (stray) throw notAllowed(formatGeneralName(stray), patterns);
  for (const attribute of subject.rdns.flat().filter(isName)) {
    if (patterns.some((pattern) => pattern.covers?.(attribute))) continue;
    const name = asName(attribute.value);
    if (!name || !covered(name))
      throw notAllowed(`the subject ${formatDn({ rdns: [[attribute]] })}`, patterns);
  }
}

/**
 * The subject without what no pattern covers: a group in it, as Kubernetes reads O, is no name
 * and would still be a right. Its names are left to `checkAllowed`.
 */
export function allowedSubject(
  subject: DistinguishedName,
  patterns: readonly NamePattern[],
): { readonly subject: DistinguishedName; readonly leftOut: DistinguishedName } {
  const stays = (attribute: AttributeTypeAndValue) =>
    isName(attribute) || patterns.some((pattern) => pattern.covers?.(attribute));
  const only = (wanted: (attribute: AttributeTypeAndValue) => boolean): DistinguishedName => ({
    rdns: subject.rdns.map((rdn) => rdn.filter(wanted)).filter((rdn) => rdn.length > 0),
  });
  return { subject: only(stays), leftOut: only((attribute) => !stays(attribute)) };
}

function asName(text: string): GeneralName | undefined {
  try {
    return parseIdentityName(text);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

function notAllowed(what: string, patterns: readonly NamePattern[]): MtlsError {
  return new MtlsError(
    'NAME_NOT_ALLOWED',
    `the request asks for ${escapeControl(what)}, which no --allow covers`,
    {
      hint: 'add an --allow for it if it should have that name; --allow CN=… for a subject',
      data: { name: what, allow: patterns.map(({ text }) => text) },
    },
  );
}
