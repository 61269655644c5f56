// Renewal: the same names and profile under fresh dates, in the files of the certificate before.
import { dirname } from 'node:path';
import { HOUR, MINUTE, SECOND, type Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { bytesEqual } from '../base/bytes.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { LEAF_PROFILE_NAMES, type LeafProfileName } from '../profile/profile.ts';
import type { IssuePlan } from '../profile/plan.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import type { OutputFile } from '../store/events.ts';
import type { LockOptions } from '../store/lock.ts';
import { readBoundedFile } from '../store/read.ts';
import { recordStatus, type IssuedRecord } from '../store/records.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { Authority } from './authority.ts';
import type { DeliveryPaths } from './deliver.ts';
import { issue, type Issued } from './issue.ts';

/** A key file holds one key and perhaps a chain. */
const MAX_KEY_FILE = 1024 * 1024;

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
  readonly paths: DeliveryPaths | undefined;
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
  const now = options.clock();
  const { store, path } = authority;
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
  const output = (kind: OutputFile['kind']) => record.outputs.find((file) => file.kind === kind);
  const certificateFile = output('certificate');
  const keyFile = output('key');
  const keep = options.reuseKey === true || keyFile === undefined;
  if (keep && keyFile) checkKept(keyFile.path, previous.publicKey);
  const plan = resolveLeaf(
    {
      names: previous.names,
      profile,
      subject: previous.subject,
      ttl: options.ttl ?? lengthOf(record),
      ...(keep ? { publicKey: previous.publicKey } : { keyType: previous.publicKey.type }),
    },
    path,
    { now },
  );
  return {
    record,
    previous,
    plan,
    paths: certificateFile && {
      certificate: certificateFile.path,
      key: keep ? undefined : keyFile.path,
      roots: output('roots')?.path,
    },
  };
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
    ...(paths && { delivery: { folder: dirname(paths.certificate), paths } }),
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
 * that a life does not grow with each renewal.
 */
function lengthOf({ issuedAt, notBefore, notAfter }: IssuedRecord): number {
  const start = Math.max(Date.parse(issuedAt), Date.parse(notBefore));
  const length = Date.parse(notAfter) - start;
  // The record is written a moment after the dates are decided
  return Math.max(SECOND, length > HOUR ? Math.round(length / MINUTE) * MINUTE : length);
}

/** The key that stays must be there and be the certificate's; an encrypted one is not opened. */
function checkKept(path: string, publicKey: PublicKey): void {
  const { keys } = readBundle(readBoundedFile(path, { max: MAX_KEY_FILE }), { name: path });
  const open = keys.filter((key) => !key.encrypted).map((key) => key.decode().publicKey);
  if (open.length < keys.length || open.some(({ spki }) => bytesEqual(spki, publicKey.spki)))
    return;
  throw new MtlsError(
    'KEY_MISMATCH',
    `${quoteForeign(path)} no longer holds the certificate’s key`,
    {
      hint: 'leave --reuse-key out, and a new key is made',
      data: { path },
    },
  );
}
