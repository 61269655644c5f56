// A record found by its certificate, and records chosen by what they are at a moment.
import { bytesEqual } from '../base/bytes.ts';
import {
  recordStatus,
  serialText,
  type IssuedRecord,
  type RecordFilter,
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
  readonly profile?: string | undefined;
  /** A name that the certificate carries. */
  readonly name?: string | undefined;
}

/**
 * Records in the order of issue, read as they are asked for; the journal is looked through before
 * that. Throws STORE_CORRUPT, STORE_UNREADABLE.
 */
export function chooseRecords(
  store: Pick<CaStore, 'records'>,
  choice: RecordChoice,
  now: Date,
): Iterable<IssuedRecord> {
  return chosen(store.records(filterOf(choice, now)), choice, now);
}

/** What the store can tell without reading whole records. */
function filterOf({ status, expiring, profile, name }: RecordChoice, now: Date): RecordFilter {
  return {
    ...((status === 'valid' || status === 'pending') && { notAfterFrom: now }),
    ...(status === 'expired' && { notAfterTo: now }),
    ...(status === 'revoked' && { revoked: true }),
    ...(expiring !== undefined && {
      notAfterFrom: now,
      notAfterTo: new Date(now.getTime() + expiring),
    }),
    ...(profile !== undefined && { profile }),
    ...(name !== undefined && { name }),
  };
}

function* chosen(
  records: Iterable<IssuedRecord>,
  { status, expiring }: RecordChoice,
  now: Date,
): Generator<IssuedRecord> {
  for (const record of records) {
    const at = recordStatus(record, now);
    if (status !== undefined && at !== status) continue;
    if (expiring !== undefined && (at !== 'valid' || record.renewedBy !== undefined)) continue;
    yield record;
  }
}
