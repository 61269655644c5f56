// The record of an issued certificate in plain data.
import type { OutputFile, RevocationReason } from '../../store/events.ts';
import { recordStatus, type IssuedRecord, type RecordStatus } from '../../store/records.ts';

/** What a CA knows of a certificate that it issued. */
export interface RecordInfo {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly subject: string;
  /** `DNS:api`, `IP:10.0.0.7`, `URI:spiffe://…`. */
  readonly names: readonly string[];
  readonly profile: string;
  readonly status: RecordStatus;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly issuedAt: Date;
  /** Serial of the certificate issued in place of this one. */
  readonly renewedBy: string | null;
  /** Serial of the certificate that this one was issued in place of. */
  readonly replaces: string | null;
  readonly revoked: { readonly at: Date; readonly reason: RevocationReason } | null;
  /** Paths of the files that it left in, by what they hold. */
  readonly files: Readonly<Partial<Record<OutputFile['kind'], string>>>;
}

export function recordInfo(record: IssuedRecord, now: Date): RecordInfo {
  const { serial, subject, names, profile, revoked } = record;
  return {
    serial,
    subject,
    names,
    profile,
    status: recordStatus(record, now),
    notBefore: new Date(record.notBefore),
    notAfter: new Date(record.notAfter),
    issuedAt: new Date(record.issuedAt),
    renewedBy: record.renewedBy ?? null,
    replaces: record.replaces ?? null,
    revoked: revoked ? { at: new Date(revoked.at), reason: revoked.reason } : null,
    files: Object.fromEntries(record.outputs.map(({ kind, path }) => [kind, path])),
  };
}
