// Certificates of a test's PKI, one by one: each below a path of CAs that exists already.
import { invariant } from '../base/assert.ts';
import { toHex } from '../base/bytes.ts';
import { DAY, MINUTE, YEAR } from '../base/clock.ts';
import type { KeyType } from '../crypto/key-types.ts';
import { parseDn } from '../name/dn.ts';
import { parseIdentityName } from '../name/san.ts';
import { tbsOf, type IssuePlan } from '../profile/plan.ts';
import { resolveIntermediate, resolveLeaf, resolveRoot } from '../profile/resolve.ts';
import type { Certificate } from '../x509/certificate.ts';
import { encodeExtension } from '../x509/extensions.ts';
import { certify, type Holder } from './certify.ts';
import {
  datesOf,
  keyTypeOf,
  listOf,
  msOf,
  type Dates,
  type TestCaOptions,
  type TestLeafOptions,
} from './options.ts';
import type { KeySource } from './source.ts';

/** CAs: who issues first, the root last. */
export type TestPath = readonly [Holder, ...Holder[]];

/** What holds for every leaf that does not say otherwise. */
export interface LeafSettings {
  readonly now: Date;
  readonly keyType?: KeyType | undefined;
  /** A day where absent. */
  readonly ttl?: string | number | undefined;
}

/** So long that no clock a test sets falls out of it. */
const CA_SPAN = 50 * YEAR;

/** A root. Throws BAD_SUBJECT, BAD_OPTION, BAD_DURATION, BAD_TIME. */
export function makeRoot(source: KeySource, options: TestCaOptions, now: Date): Holder {
  const { subject = 'CN=test root', keyType } = options;
  const plan = resolveRoot({ subject: parseDn(subject), keyType: keyTypeOf(keyType) }, { now });
  return make(source, plan, datesOf(options, { now, before: CA_SPAN, after: CA_SPAN }));
}

/** A CA below a root, for as long as that lives. Throws as `makeRoot` does. */
export function makeIntermediate(
  source: KeySource,
  root: Holder,
  options: TestCaOptions,
  now: Date,
): Holder {
  const { subject = 'CN=test intermediate', keyType } = options;
  const { certificate } = root;
  const plan = resolveIntermediate(
    { subject: parseDn(subject), keyType: keyTypeOf(keyType) },
    [certificate],
    { now: within([root]) },
  );
  const dates = datesOf(options, {
    now,
    before: now.getTime() - certificate.notBefore.getTime(),
    after: certificate.notAfter.getTime() - now.getTime(),
  });
  return make(source, plan, dates, root);
}

/** A leaf. Throws BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_OPTION, BAD_DURATION, BAD_TIME. */
export function makeLeaf(
  source: KeySource,
  path: TestPath,
  options: TestLeafOptions,
  { now, ...usual }: LeafSettings,
): Holder {
  const { names, profile, subject } = options;
  const plan = resolveLeaf(
    {
      names: listOf(names).map(parseIdentityName),
      profile,
      keyType: keyTypeOf(options.keyType ?? usual.keyType),
      ...(subject !== undefined && { subject: parseDn(subject) }),
    },
    path.map(({ certificate }) => certificate) as [Certificate],
    { now: within(path) },
  );
  const dates = datesOf(options, { now, before: 5 * MINUTE, after: msOf(usual.ttl ?? DAY) });
  return make(source, plan, dates, path[0]);
}

function make(source: KeySource, plan: IssuePlan, dates: Dates, issuer?: Holder): Holder {
  invariant(plan.keyType !== undefined, 'a test certificate is planned with a new key');
  const own = source.apart(() => descriptionOf(plan, dates));
  const key = own.newKey(plan.keyType);
  const signer = own.signerOf(issuer?.key ?? key);
  const tbs = tbsOf(plan, {
    publicKey: key.publicKey,
    serial: own.newSerial(),
    algorithm: signer.algorithm,
  });
  const { subject, serial, extensions } = tbs;
  const by = issuer && { subject: tbs.issuer, key: issuer.key };
  return certify(own, { subject, serial, extensions, key, issuer: by, signer, ...dates });
}

/** Everything that is decided before there is a key: two that differ never share a serial number. */
function descriptionOf(plan: IssuePlan, { notBefore, notAfter }: Dates): string {
  const { profile, keyType, subjectDer, issuer, extensions } = plan;
  return [
    profile.name,
    keyType,
    toHex(subjectDer),
    issuer && toHex(issuer.keyId),
    notBefore.toISOString(),
    notAfter.toISOString(),
    ...extensions.map((extension) => toHex(encodeExtension(extension))),
  ].join(' ');
}

/** A moment at which all of these are valid: what is planned below them is not refused for today. */
function within(path: readonly Holder[]): Date {
  return new Date(Math.max(...path.map(({ certificate }) => certificate.notBefore.getTime())));
}
