// What callers ask, as the rooms below want it.
import { caRequestOf } from '../ca/ca-request.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { parseKeyType, type KeyType } from '../crypto/key-types.ts';
import { parseDn, type DistinguishedName } from '../name/dn.ts';
import { parseIdentityName } from '../name/san.ts';
import { parseLeafProfile } from '../profile/builtin.ts';
import type { BoundedSigning } from '../profile/allow.ts';
import { parseNamePattern } from '../profile/name-pattern.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import type { CaRequest, LeafRequest } from '../profile/resolve.ts';
import { durationOf, listOf, momentOf, namesOr, refuseUnknown } from './input.ts';
import type { CaOptions, IssueOptions, SignOptions, ValidityOptions } from './types.ts';

const VALIDITY = { ttl: true, notBefore: true, notAfter: true } as const;
const SUBJECT = { commonName: true, subject: true } as const;

const CA_OPTIONS: Readonly<Record<keyof CaOptions, true>> = {
  ...VALIDITY,
  name: true,
  subject: true,
  keyType: true,
  permit: true,
  exclude: true,
  pathLength: true,
  trustDomain: true,
};

const ISSUE_OPTIONS: Readonly<Record<keyof IssueOptions, true>> = {
  ...VALIDITY,
  ...SUBJECT,
  names: true,
  profile: true,
  keyType: true,
  key: true,
  passphrase: true,
};

const SIGN_OPTIONS: Readonly<Record<keyof SignOptions, true>> = {
  ...VALIDITY,
  ...SUBJECT,
  profile: true,
  allow: true,
};

/** Throws BAD_SUBJECT, BAD_NAME, BAD_SPIFFE_ID, BAD_OPTION, BAD_DURATION, BAD_TIME. */
export function caRequest(options: CaOptions, name: string, now: Date): CaRequest {
  refuseUnknown(options, CA_OPTIONS);
  const { subject, permit, exclude, trustDomain, pathLength } = options;
  const wanted = { subject, permit, exclude, trustDomain, pathLength };
  return caRequestOf({ ...wanted, ...validity(options, now), ...keyType(options) }, name);
}

/** Throws BAD_OPTION. */
export function issueOptions(what: string | readonly string[] | IssueOptions): IssueOptions {
  const options: IssueOptions = namesOr(what);
  refuseUnknown(options, ISSUE_OPTIONS);
  return options;
}

/** Throws BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_OPTION, BAD_DURATION, BAD_TIME. */
export function leafRequest(
  options: IssueOptions,
  key: PrivateKey | undefined,
  now: Date,
): LeafRequest {
  return {
    names: listOf(options.names).map(parseIdentityName),
    ...subject(options),
    ...profile(options),
    ...validity(options, now),
    ...(key ? { publicKey: key.publicKey } : keyType(options)),
  };
}

/** Throws as `leafRequest` does; BAD_OPTION for a pattern that is none, too. */
export function signingRequest(options: SignOptions, now: Date): BoundedSigning {
  refuseUnknown(options, SIGN_OPTIONS);
  return {
    ...subject(options),
    ...profile(options),
    ...validity(options, now),
    allow: listOf(options.allow).map(parseNamePattern),
  };
}

/** Reads `subject` and `commonName`. */
export function subject(options: Pick<IssueOptions, 'commonName' | 'subject'>): {
  commonName?: string;
  subject?: DistinguishedName;
} {
  return {
    ...(options.commonName !== undefined && { commonName: options.commonName }),
    ...(options.subject !== undefined && { subject: parseDn(options.subject) }),
  };
}

/** Reads `keyType`: JavaScript misspells it without a compiler's word. */
export function keyType(options: Pick<IssueOptions, 'keyType'>): { keyType?: KeyType } {
  return options.keyType === undefined ? {} : { keyType: parseKeyType(options.keyType) };
}

function profile(options: Pick<IssueOptions, 'profile'>): { profile?: LeafProfileName } {
  return options.profile === undefined ? {} : { profile: parseLeafProfile(options.profile) };
}

function validity(
  { ttl, notBefore, notAfter }: ValidityOptions,
  now: Date,
): { ttl?: number; notBefore?: Date; notAfter?: Date } {
  return {
    ...(ttl !== undefined && { ttl: durationOf(ttl) }),
    ...(notBefore !== undefined && { notBefore: momentOf(notBefore, now) }),
    ...(notAfter !== undefined && { notAfter: momentOf(notAfter, now) }),
  };
}
