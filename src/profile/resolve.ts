// From what is asked to what will be signed.
import type { NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { encodeDn, type DistinguishedName } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import type { NameConstraints } from '../name/constraints.ts';
import type { Attribute } from '../x509/attribute.ts';
import { PROFILES } from './builtin.ts';
import {
  checkIssuersSign,
  checkOwnKey,
  checkNames,
  checkOwnSubject,
  checkPathLength,
  pathLengthBelow,
  plannedIssuer,
  purposeWarnings,
  type IssuerPath,
} from './issuer.ts';
import { resolveKey } from './key.ts';
import { checkCaNames, checkLeafNames, distinctNames, inferProfile } from './names.ts';
import {
  planOf,
  type IssuePlan,
  type KeyIdMethod,
  type PlannedExtension,
  type Sourced,
} from './plan.ts';
import type { LeafProfileName, Profile } from './profile.ts';
import { resolveSubject, type WantedSubject } from './subject.ts';
import { resolveValidity, spanOf, type WantedValidity } from './validity.ts';

/** What a home's config.yaml says for leaves. */
export interface IssueDefaults {
  readonly profile?: LeafProfileName | undefined;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  readonly keyType?: KeyType | undefined;
}

export interface ResolveContext {
  readonly now: Date;
  readonly defaults?: IssueDefaults | undefined;
}

export interface LeafRequest extends WantedValidity, WantedSubject {
  readonly names: readonly GeneralName[];
  /** Undefined: the config's, else what the names ask for. */
  readonly profile?: LeafProfileName | undefined;
  readonly keyType?: KeyType | undefined;
  /** A key that exists already; then keyType counts for nothing. */
  readonly publicKey?: PublicKey | undefined;
  readonly keyIdMethod?: KeyIdMethod | undefined;
  /** Extensions of the user's own. */
  readonly attributes?: readonly Attribute[] | undefined;
}

export interface CaRequest extends WantedValidity {
  readonly subject: DistinguishedName;
  readonly keyType?: KeyType | undefined;
  /** An existing key, as for a cross-certificate; then keyType counts for nothing. */
  readonly publicKey?: PublicKey | undefined;
  /** Undefined: the profile's; null: none. */
  readonly pathLength?: number | null | undefined;
  readonly constraints?: NameConstraints | undefined;
  /** Such as the trust domain, `spiffe://example.org`. */
  readonly names?: readonly GeneralName[] | undefined;
  readonly keyIdMethod?: KeyIdMethod | undefined;
}

/**
 * Decides a workload's certificate under an issuer. Throws what is refused: ISSUER_EXPIRED,
 * ISSUER_NOT_CA, PATH_LENGTH, NAME_NOT_PERMITTED, CA_KEY_SHARED; and what makes no sense: BAD_NAME,
 * BAD_SPIFFE_ID, BAD_SUBJECT, BAD_TIME, BAD_DURATION, BAD_OPTION, USAGE.
 *
 * @param path issuer first, root last
 */
export function resolveLeaf(
  request: LeafRequest,
  path: IssuerPath,
  context: ResolveContext,
): IssuePlan {
  const names = distinctNames(request.names);
  const profile = leafProfile(request.profile, names, context.defaults);
  const subject = resolveSubject(request, names, profile.value);
  return planLeaf(
    { ...request, profile, subject, names: { value: names, source: 'flag' } },
    path,
    context,
  );
}

/** Which profile a leaf gets, and who says so. */
export function leafProfile(
  asked: LeafProfileName | undefined,
  names: readonly GeneralName[],
  defaults: IssueDefaults | undefined,
): Sourced<Profile> {
  if (asked !== undefined) return { value: PROFILES[asked], source: 'flag' };
  if (defaults?.profile !== undefined)
    return { value: PROFILES[defaults.profile], source: 'config' };
  return { value: PROFILES[inferProfile(names)], source: 'default' };
}

/** A leaf whose names, subject and profile are decided, whoever asked. */
export interface DecidedLeaf extends WantedValidity {
  readonly profile: Sourced<Profile>;
  readonly subject: Sourced<DistinguishedName>;
  /** The subject's own bytes, where a request brings them. */
  readonly subjectDer?: NameDer | undefined;
  readonly names: Sourced<readonly GeneralName[]>;
  readonly keyType?: KeyType | undefined;
  readonly publicKey?: PublicKey | undefined;
  readonly keyIdMethod?: KeyIdMethod | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  readonly warnings?: readonly string[] | undefined;
}

/** The part of `resolveLeaf` that requests share. */
export function planLeaf(
  decided: DecidedLeaf,
  path: IssuerPath,
  context: ResolveContext,
): IssuePlan {
  const { names, subject, publicKey } = decided;
  const profile = decided.profile.value;
  const empty = subject.value.rdns.length === 0;
  const nameWarnings = checkLeafNames(profile, names.value, !empty);
  checkIssuersSign(path);
  const validity = resolveValidity(
    decided,
    spanOf(context.defaults?.ttl, profile.ttl),
    path,
    context.now,
  );
  checkPathLength(path);
  checkNames(path, names.value, subject.value, { hostInSubject: true });
  if (publicKey) checkOwnKey(path, publicKey);
  const key = resolveKey(decided, context.defaults?.keyType, profile, names.source);

  const extensions: PlannedExtension[] = [
    { value: { kind: 'basicConstraints', ca: false }, critical: true, source: 'profile' },
    { value: { kind: 'keyUsage', usages: key.usages }, critical: true, source: 'profile' },
    {
      value: { kind: 'extendedKeyUsage', purposes: profile.extendedKeyUsage },
      critical: false,
      source: 'profile',
    },
  ];
  if (names.value.length > 0)
    extensions.push({
      value: { kind: 'subjectAltName', names: names.value },
      // RFC 5280 §4.2.1.6: critical when the subject is empty
      critical: empty,
      source: names.source,
    });
  for (const { oid, value } of decided.attributes ?? [])
    extensions.push({ value: { kind: 'unknown', oid, value }, critical: false, source: 'flag' });
  return planOf(
    {
      profile,
      subject: subject.value,
      subjectDer: decided.subjectDer ?? encodeDn(subject.value),
      names: names.value,
      notBefore: validity.notBefore.value,
      notAfter: validity.notAfter.value,
      keyType: key.type,
      publicKey,
      issuer: plannedIssuer(path, decided.keyIdMethod ?? 'sha256'),
      extensions,
      keyIdMethod: decided.keyIdMethod ?? 'sha256',
      warnings: [
        ...validity.warnings,
        ...nameWarnings,
        ...purposeWarnings(path, profile.extendedKeyUsage),
        ...(decided.warnings ?? []),
      ],
    },
    {
      subject: subject.source,
      notBefore: validity.notBefore.source,
      notAfter: validity.notAfter.source,
      key: key.source,
      profile: decided.profile.source,
    },
  );
}

/** Decides a root. Throws BAD_SUBJECT, BAD_SPIFFE_ID, BAD_TIME, BAD_DURATION, BAD_OPTION. */
export function resolveRoot(request: CaRequest, context: { readonly now: Date }): IssuePlan {
  return planCa(PROFILES.root, request, undefined, context.now);
}

/**
 * Decides a CA below another. Throws as `resolveLeaf` and `resolveRoot` do.
 *
 * @param path issuer first, root last
 */
export function resolveIntermediate(
  request: CaRequest,
  path: IssuerPath,
  context: { readonly now: Date },
): IssuePlan {
  return planCa(PROFILES.intermediate, request, path, context.now);
}

function planCa(
  profile: Profile,
  request: CaRequest,
  path: IssuerPath | undefined,
  now: Date,
): IssuePlan {
  const { subject, constraints } = request;
  const names = distinctNames(request.names ?? []);
  const subjectDer = encodeDn(subject);
  // RFC 5280 §4.1.2.4, §4.1.2.6: a CA's name is not empty
  if (subject.rdns.length === 0)
    throw new MtlsError('BAD_SUBJECT', 'a CA needs a subject', { hint: 'add --subject CN=…' });
  checkAskedLength(request.pathLength);
  checkCaNames(names);
  if (path) checkIssuersSign(path);
  const validity = resolveValidity(
    request,
    { value: profile.ttl, source: 'profile' },
    path ?? [],
    now,
  );
  let pathLength = request.pathLength ?? profile.pathLength;
  if (path) {
    checkOwnSubject(path, subjectDer);
    pathLength = pathLengthBelow(path, request.pathLength, profile.pathLength);
    checkNames(path, names, subject, { hostInSubject: false });
  }
  const key = resolveKey(request, undefined, profile, 'flag');

  const extensions: PlannedExtension[] = [
    {
      value: {
        kind: 'basicConstraints',
        ca: true,
        ...(pathLength === undefined ? {} : { pathLength }),
      },
      critical: true,
      source: request.pathLength === undefined ? 'profile' : 'flag',
    },
    { value: { kind: 'keyUsage', usages: key.usages }, critical: true, source: 'profile' },
  ];
  if (names.length > 0)
    extensions.push({ value: { kind: 'subjectAltName', names }, critical: false, source: 'flag' });
  if (constraints && constraints.permitted.length + constraints.excluded.length > 0)
    extensions.push({
      value: { kind: 'nameConstraints', constraints },
      // RFC 5280 §4.2.1.10: critical
      critical: true,
      source: 'flag',
    });
  const keyIdMethod = request.keyIdMethod ?? 'sha256';
  return planOf(
    {
      profile,
      subject,
      subjectDer,
      names,
      notBefore: validity.notBefore.value,
      notAfter: validity.notAfter.value,
      keyType: key.type,
      publicKey: request.publicKey,
      issuer: path && plannedIssuer(path, keyIdMethod),
      extensions,
      keyIdMethod,
      warnings: validity.warnings,
    },
    {
      subject: 'flag',
      notBefore: validity.notBefore.source,
      notAfter: validity.notAfter.source,
      key: key.source,
      profile: 'flag',
    },
  );
}

function checkAskedLength(asked: number | null | undefined): void {
  if (asked === undefined || asked === null) return;
  if (Number.isInteger(asked) && asked >= 0 && asked <= 255) return;
  throw new MtlsError('BAD_OPTION', 'the path length is a whole number from 0 to 255', {
    hint: '--path-len 0 allows no CA below, --path-len 1 one level',
  });
}
