// A record found by its certificate, and records chosen by what they are at a moment.
import { bytesEqual } from '../base/bytes.ts';
import {
  recordStatus,
  serialText,
  type IssuedRecord,
  type RecordStatus,
} from '../store/records.ts';
import type { CaStore } from '../store/types.ts';
import type { Certificate } from '../x509/certificate.ts';

/** The record of this very certificate: a serial number is no secret, another may bear it too. */
export function recordOfCertificate(
  store: Pick<CaStore, 'find' | 'readCertificate'>,
  certificate: Certificate,
): IssuedRecord | undefined {
  const record = store.find(serialText(certificate.serial));
  const recorded = record?.certificate && store.readCertificate(record.certificate);
  return recorded && bytesEqual(recorded, certificate.der) ? record : undefined;
}

/** Which records; all conditions must hold. */
export interface RecordChoice {
  readonly status?: RecordStatus | undefined;
  /** Valid now, not renewed, and expiring within this time, in milliseconds. */
  readonly expiring?: number | undefined;
  /** A name that the certificate carries. */
  readonly name?: string | undefined;
}

/** Records in the order of issue, read as they are asked for. */
export function* chooseRecords(
  store: Pick<CaStore, 'records'>,
  { status, expiring, name }: RecordChoice,
  now: Date,
): Generator<IssuedRecord> {
  const filter = {
    ...(expiring !== undefined && {
      notAfterFrom: now,
      notAfterTo: new Date(now.getTime() + expiring),
    }),
    ...(name !== undefined && { name }),
  };
  for (const record of store.records(filter)) {
    const at = recordStatus(record, now);
    if (status !== undefined && at !== status) continue;
    if (expiring !== undefined && (at !== 'valid' || record.renewedBy !== undefined)) continue;
    yield record;
  }
}
