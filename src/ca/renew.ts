// Renewal: the same names and profile under fresh dates, in the files of the certificate before.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { HOUR, MINUTE, SECOND, type Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import type { Signer } from '../crypto/sign.ts';
import { LEAF_PROFILE_NAMES, type LeafProfileName } from '../profile/profile.ts';
import type { IssuePlan } from '../profile/plan.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import type { OutputFile } from '../store/events.ts';
import type { LockOptions } from '../store/lock.ts';
import { readBoundedFile } from '../store/read.ts';
import { recordStatus, serialText, type IssuedRecord } from '../store/records.ts';
import type { CaStore } from '../store/types.ts';
import { attributesOf } from '../x509/attribute.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { Authority } from './authority.ts';
import type { DeliveryPaths } from './deliver.ts';
import { issue, type Issued } from './issue.ts';
import { foreignCertificate, keyIn, lineage, MAX_OUTPUT, type OwnCertificates } from './outputs.ts';

export interface RenewOptions {
  readonly clock: Clock;
  /** Milliseconds; the length that the certificate had unless given. */
  readonly ttl?: number | undefined;
  /** Keeps the subject's key instead of making a new one. */
  readonly reuseKey?: boolean | undefined;
  readonly lock?: LockOptions | undefined;
}

export interface Renewal {
  readonly record: IssuedRecord;
  readonly previous: Certificate;
  readonly plan: IssuePlan;
  readonly paths: DeliveryPaths;
}

/**
 * Decides a renewal. A certificate that was signed from a request keeps its key: only its holder
 * can make another. Throws what `resolveLeaf` throws, CERT_NOT_FOUND, and what reading the key says.
 */
export function planRenewal(
  authority: Authority,
  record: IssuedRecord,
  options: RenewOptions,
): Renewal {
  const { store } = authority;
  const standing = standingOf(store, record, options.clock());
  const { previous } = standing;
  const output = (kind: OutputFile['kind']) => record.outputs.find((file) => file.kind === kind);
  const certificateFile = output('certificate');
  const keyFile = output('key');
  if (!certificateFile)
    throw new MtlsError('USAGE', 'the certificate was never in a file that could be replaced', {
      hint: 'issue it again as it was, with mtls issue or mtls k8s secret --issue',
      data: { serial: record.serial },
    });
  const keep = options.reuseKey === true || keyFile === undefined;
  const before = () => lineage(store, record, previous);
  checkCertificateFile(certificateFile.path, before, store);
  if (keyFile) {
    if (keep) checkKept(keyFile.path, previous);
    else checkKeyFile(keyFile.path, before);
  }
  return {
    record,
    previous,
    plan: planAgain(authority, standing, { ...options, reuseKey: keep }),
    paths: {
      certificate: certificateFile.path,
      key: keep ? undefined : keyFile.path,
      roots: output('roots')?.path,
    },
  };
}

/** What is renewed: a leaf whose certificate is at hand, and not revoked. */
interface Standing {
  readonly record: IssuedRecord;
  readonly previous: Certificate;
  readonly profile: LeafProfileName;
}

function standingOf(store: CaStore, record: IssuedRecord, now: Date): Standing {
  const profile = leafProfileOf(record);
  if (!record.certificate)
    throw new MtlsError('CERT_NOT_FOUND', 'the certificate itself is not in the store', {
      hint: 'issue it again with mtls issue',
      data: { serial: record.serial },
    });
  if (recordStatus(record, now) === 'revoked')
    throw new MtlsError('ALREADY_REVOKED', `certificate ${record.serial} is revoked`, {
      hint: 'what was revoked is not renewed; issue a new one with mtls issue',
      data: { serial: record.serial },
    });
  const previous = parseCertificate(store.readCertificate(record.certificate));
  return { record, previous, profile };
}

function planAgain(
  { path }: Authority,
  { record, previous, profile }: Standing,
  { clock, ttl, reuseKey }: RenewOptions,
): IssuePlan {
  return resolveLeaf(
    {
      names: previous.names,
      profile,
      subject: previous.subject,
      attributes: attributesOf(previous.extensions),
      ttl: ttl ?? lengthOf(record),
      ...(reuseKey === true
        ? { publicKey: previous.publicKey }
        : { keyType: previous.publicKey.type }),
    },
    path,
    { now: clock() },
  );
}

/**
 * Renews whatever the record says: in the files of the certificate before, where it left in files;
 * else it is handed back alone. Throws as `planRenewal` and `issue` do.
 */
export async function renewRecord(
  authority: Authority,
  signer: Signer,
  record: IssuedRecord,
  options: RenewOptions,
): Promise<Issued> {
  if (record.outputs.some(({ kind }) => kind === 'certificate'))
    return renew(authority, signer, planRenewal(authority, record, options), options);
  const { clock, lock } = options;
  const standing = standingOf(authority.store, record, clock());
  return issue(authority, signer, planAgain(authority, standing, options), {
    clock,
    lock,
    replaces: record.serial,
  });
}

/** Issues a planned renewal; its files take the places of the earlier ones. */
export async function renew(
  authority: Authority,
  signer: Signer,
  renewal: Renewal,
  options: RenewOptions,
): Promise<Issued> {
  const { record, plan, paths } = renewal;
  const keyFile = record.outputs.find((file) => file.kind === 'key');
  return issue(authority, signer, plan, {
    clock: options.clock,
    replaces: record.serial,
    force: true,
    // A server's ca.crt may have become that of another CA's clients
    otherRoots: 'keep',
    delivery: { folder: dirname(paths.certificate), paths },
    ...(keyFile && paths.key === undefined && { keptKey: keyFile }),
    ...(keyFile?.mode !== undefined && { keyMode: parseInt(keyFile.mode, 8) }),
    ...(keyFile?.group !== undefined && { keyGroup: keyFile.group }),
    ...(options.lock && { lock: options.lock }),
  });
}

function leafProfileOf(record: IssuedRecord): LeafProfileName {
  const found = LEAF_PROFILE_NAMES.find((name) => name === record.profile);
  if (found) return found;
  throw new MtlsError(
    'USAGE',
    `a certificate of profile ${quoteForeign(record.profile)} is not renewed`,
    {
      hint: 'for a CA, make a new one with mtls ca init or mtls ca intermediate',
      data: { serial: record.serial, profile: record.profile },
    },
  );
}

/**
 * How long it was asked to live, in milliseconds: the backdated start is no part of that, so
 * that a life does not grow with each renewal. A start further back was asked for.
 */
function lengthOf(record: IssuedRecord): number {
  const [issuedAt, notBefore, notAfter] = [record.issuedAt, record.notBefore, record.notAfter].map(
    (time) => Date.parse(time),
  ) as [number, number, number];
  const start = issuedAt - notBefore > HOUR ? notBefore : Math.max(issuedAt, notBefore);
  const length = notAfter - start;
  // The record is written a moment after the dates are decided
  return Math.max(SECOND, length > HOUR ? Math.round(length / MINUTE) * MINUTE : length);
}

/**
 * What will be replaced must be the certificate's own, or an earlier one's that a power cut left
 * there, or broken: anything else has become somebody else's.
 */
function checkCertificateFile(path: string, before: OwnCertificates, store: CaStore): void {
  const leaf = foreignCertificate(path, before);
  if (!leaf) return;
  const serial = serialText(leaf.serial);
  const known = store.find(serial) !== undefined;
  throw new MtlsError('FILE_EXISTS', `${quoteForeign(path)} holds another certificate by now`, {
    hint: known
      ? `renew that one: mtls renew ${serial}`
      : 'move it away, or issue a new one elsewhere: mtls issue --out',
    data: { path, serial },
  });
}

/** As for the certificate; an encrypted key is not opened. */
function checkKeyFile(path: string, before: OwnCertificates): void {
  if (keyIn(path, before) !== 'foreign') return;
  throw new MtlsError('KEY_MISMATCH', `${quoteForeign(path)} holds another key by now`, {
    hint: 'move it away, or issue a new certificate elsewhere: mtls issue --out',
    data: { path },
  });
}

/** The key that stays must be there and be the certificate's; an encrypted one is not opened. */
function checkKept(path: string, previous: Certificate): void {
  const hint = 'leave --reuse-key out, and a new key is made';
  if (!existsSync(path))
    throw new MtlsError('FILE_NOT_FOUND', `the key is not there: ${quoteForeign(path)}`, {
      hint,
      data: { path },
    });
  const state = keyIn(path, () => [previous]);
  if (state === 'own' || state === 'encrypted') return;
  // Says what is wrong with the file, where it is not whole
  if (state === 'none') readBundle(readBoundedFile(path, { max: MAX_OUTPUT }), { name: path });
  throw new MtlsError(
    'KEY_MISMATCH',
    `${quoteForeign(path)} no longer holds the certificate’s key`,
    {
      hint,
      data: { path },
    },
  );
}
