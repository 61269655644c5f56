// Records folded from the journal: one by its serial, or all of them as a stream.
import { REVOCATION_REASONS } from '../x509/extensions.ts';
import type {
  CrlEvent,
  IssuedEvent,
  JournalEvent,
  RenewedEvent,
  RevocationReason,
  RevokedEvent,
} from './events.ts';
import { eventOf, eventsUpTo, linesOfSegment, linesUpTo, peekText } from './journal-read.ts';
import { corrupt, type JournalEnd } from './journal-tail.ts';
import type { CaPaths } from './layout.ts';
import { hashLine } from './line.ts';
import { endsOutside, recordMatches, type IssuedRecord, type RecordFilter } from './records.ts';
import type { RawLine } from './segment-reader.ts';
import { KEY_WIDTH, SerialTable, serialOfValue, serialValue } from './serial-table.ts';

/** What happened to certificates after they were issued. */
interface Aftermath {
  renewedBy(serial: string): string | undefined;
  revocation(serial: string): IssuedRecord['revoked'];
}

/** The record of a serial at the end of the journal, or undefined. */
export function findRecord(
  paths: CaPaths,
  end: JournalEnd,
  serial: string,
): IssuedRecord | undefined {
  let found: IssuedRecord | undefined;
  for (const event of eventsUpTo(paths, end, [`"${serial}"`])) found = fold(found, event, serial);
  return found;
}

function fold(
  record: IssuedRecord | undefined,
  event: JournalEvent,
  serial: string,
): IssuedRecord | undefined {
  if ((event.type === 'issued' || event.type === 'renewed') && event.serial === serial)
    return recordOf(event);
  if (record === undefined) return undefined;
  if (event.type === 'renewed' && event.replaces === serial)
    return { ...record, renewedBy: event.serial };
  if (event.type === 'revoked' && event.serial === serial)
    return { ...record, revoked: { at: event.revokedAt, reason: event.reason } };
  return record;
}

function recordOf(event: IssuedEvent | RenewedEvent): IssuedRecord {
  const { serial, notBefore, notAfter, profile, subject, names, certificate, outputs } = event;
  return {
    serial,
    notBefore,
    notAfter,
    profile,
    subject,
    names,
    ...(certificate === undefined ? {} : { certificate }),
    outputs,
    issuedAt: event.at,
    ...(event.type === 'renewed' ? { replaces: event.replaces } : {}),
  };
}

/** Records in the order of issue, with what came of them by the end of the journal. */
export function* listRecords(
  paths: CaPaths,
  end: JournalEnd,
  filter: RecordFilter,
): Generator<IssuedRecord> {
  const aftermath = readAftermath(paths, end);
  let count = 0;
  for (const line of linesUpTo(paths, end)) {
    const type = peekText(line.bytes, 'type');
    if (type !== 'issued' && type !== 'renewed') continue;
    count++;
    if (!mayMatch(line, filter)) continue;
    const event = eventOf(paths, line);
    if (event?.type !== 'issued' && event?.type !== 'renewed') continue;
    const renewedBy = aftermath.renewedBy(event.serial);
    const revoked = aftermath.revocation(event.serial);
    const record = {
      ...recordOf(event),
      ...(renewedBy === undefined ? {} : { renewedBy }),
      ...(revoked === undefined ? {} : { revoked }),
    };
    if (recordMatches(record, filter)) yield record;
  }
  checkCount(paths, 'issued certificates', count, end.head.totals.issued);
}

/** Passes over lines that are not meant before they are read as a whole. */
function mayMatch({ bytes }: RawLine, filter: RecordFilter): boolean {
  if (filter.notAfterFrom === undefined && filter.notAfterTo === undefined) return true;
  const notAfter = Date.parse(peekText(bytes, 'notAfter') ?? '');
  return !endsOutside(notAfter, filter);
}

const REVOKED_WIDTH = 9;

function readAftermath(paths: CaPaths, end: JournalEnd): Aftermath {
  const renewed = new SerialTable(KEY_WIDTH);
  const renewedByLong = new Map<string, string>();
  const revoked = new SerialTable(REVOKED_WIDTH);
  const value = new Uint8Array(REVOKED_WIDTH);
  const fields = new DataView(value.buffer);
  for (const line of linesUpTo(paths, end)) {
    const type = peekText(line.bytes, 'type');
    if (type === 'renewed') {
      const replaced = peekText(line.bytes, 'replaces') ?? '';
      const serial = peekText(line.bytes, 'serial') ?? '';
      const short = serialValue(serial);
      if (short === undefined) renewedByLong.set(replaced, serial);
      else renewed.set(replaced, short);
    } else if (type === 'revoked') {
      const event = eventOf(paths, line);
      if (event?.type !== 'revoked') continue;
      fields.setFloat64(0, Date.parse(event.revokedAt));
      fields.setUint8(8, REVOCATION_REASONS.indexOf(event.reason));
      revoked.set(event.serial, value);
    }
  }
  return {
    renewedBy(serial) {
      const found = renewed.get(serial);
      return renewedByLong.get(serial) ?? (found === undefined ? undefined : serialOfValue(found));
    },
    revocation(serial) {
      const found = revoked.get(serial);
      if (found === undefined) return undefined;
      const view = new DataView(found.buffer, found.byteOffset, REVOKED_WIDTH);
      return {
        at: new Date(view.getFloat64(0)).toISOString(),
        reason: REVOCATION_REASONS[view.getUint8(8)] as RevocationReason,
      };
    },
  };
}

/**
 * All revocations in order. A CRL that leaves one out calls a bad certificate good: so each is
 * held against the hash in the record after it, and their number against the last commit's.
 */
export function* listRevocations(paths: CaPaths, end: JournalEnd): Generator<RevokedEvent> {
  let count = 0;
  let hash: string | undefined;
  for (const line of linesUpTo(paths, end)) {
    if (hash !== undefined && peekText(line.bytes, 'prev') !== hash)
      throw corrupt(paths.journal, 'a revocation is not the one that was written');
    hash = undefined;
    if (peekText(line.bytes, 'type') !== 'revoked') continue;
    hash = hashLine(line.bytes);
    const event = eventOf(paths, line);
    if (event?.type !== 'revoked') continue;
    count++;
    yield event;
  }
  checkCount(paths, 'revocations', count, end.head.totals.revoked);
}

function checkCount(paths: CaPaths, what: string, found: number, written: number): void {
  if (found !== written)
    throw corrupt(paths.journal, `it has ${found} ${what} where ${written} were written`);
}

/** The last CRL; the newest segments are looked at first. */
export function findLastCrl(paths: CaPaths, end: JournalEnd): CrlEvent | undefined {
  for (let segment = end.segment; segment >= 1; segment--) {
    let last: CrlEvent | undefined;
    for (const line of linesOfSegment(paths, segment, end)) {
      if (!line.bytes.includes('"type":"crl"')) continue;
      const event = eventOf(paths, line);
      if (event?.type === 'crl') last = event;
    }
    if (last !== undefined) return last;
  }
  return undefined;
}
