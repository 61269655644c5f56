// Records folded from the journal: one by its serial, or all of them as a stream. The index says
// which lines to read; what is told of a record stands in its lines.
import { REVOCATION_REASONS } from '../x509/extensions.ts';
import type {
  CrlEvent,
  IssuedEvent,
  JournalEvent,
  RenewedEvent,
  RevocationReason,
  RevokedEvent,
} from './events.ts';
import { LONG_KEY, OTHER_PROFILE, hashText, nameValue } from './index/columns.ts';
import type { SegmentIndex } from './index/index-file.ts';
import { JournalIndex } from './index/journal-index.ts';
import { SegmentLines } from './index/segment-lines.ts';
import { eventOf, linesOfSegment, peekText } from './journal-read.ts';
import { corrupt, type JournalEnd } from './journal-tail.ts';
import type { CaPaths } from './layout.ts';
import { hashLine } from './line.ts';
import { endsOutside, recordMatches, type IssuedRecord, type RecordFilter } from './records.ts';
import { KEY_WIDTH, SerialTable, serialOfValue } from './serial-table.ts';

/** Works with an index and lines of a journal, and closes the lines. */
function* withLines<T>(
  paths: CaPaths,
  work: (lines: SegmentLines) => Iterable<T>,
): Generator<T, void> {
  const lines = new SegmentLines(paths);
  try {
    yield* work(lines);
  } finally {
    lines.close();
  }
}

/**
 * The record of a serial at the end of the journal, or undefined.
 *
 * @param index of that end, for those who look for several
 */
export function findRecord(
  paths: CaPaths,
  end: JournalEnd,
  serial: string,
  index = new JournalIndex(paths, end),
): IssuedRecord | undefined {
  let found: IssuedRecord | undefined;
  for (const event of eventsOfSerial(paths, end, serial, index)) found = fold(found, event, serial);
  return found;
}

/** Events that may speak of a serial, in order. */
function* eventsOfSerial(
  paths: CaPaths,
  end: JournalEnd,
  serial: string,
  index: JournalIndex,
): Generator<JournalEvent> {
  yield* withLines(paths, function* (lines) {
    for (const { mark, columns } of index.closedHeld())
      for (const [offset, length] of placesOf(columns, hashText(serial)))
        yield lines.event(mark.segment, offset, length);
  });
  // The open segment is short: looking for the text costs less than making columns of it.
  const text = `"${serial}"`;
  let count = 0;
  for (const line of linesOfSegment(paths, end.segment, end)) {
    count++;
    const event = line.bytes.includes(text) ? eventOf(paths, line) : undefined;
    if (event !== undefined) yield event;
  }
  index.checkLines(count);
}

type Place = readonly [offset: number, length: number];

/** Lines of a segment whose serial, or the one replaced, has a hash; in order. */
function placesOf(
  { issued, renewals, revocations }: SegmentIndex['columns'],
  hash: number,
): readonly Place[] {
  const places: Place[] = [];
  const add = (lines: typeof issued | typeof revocations, row: number): void => {
    places.push([lines.offset[row] as number, lines.length[row] as number]);
  };
  eachEqual(issued.serial, hash, (row) => {
    add(issued, row);
  });
  eachEqual(renewals.replaced, hash, (row) => {
    add(issued, renewals.row[row] as number);
  });
  eachEqual(revocations.serial, hash, (row) => {
    add(revocations, row);
  });
  return places.sort(([a], [b]) => a - b);
}

function eachEqual(column: Uint32Array, value: number, visit: (row: number) => void): void {
  for (let row = column.indexOf(value); row !== -1; row = column.indexOf(value, row + 1))
    visit(row);
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

/**
 * Records in the order of issue, with what came of them by the end of the journal. Throws
 * STORE_CORRUPT, before the first is asked for where a journal is not whole.
 */
export function listRecords(
  paths: CaPaths,
  end: JournalEnd,
  filter: RecordFilter,
): Iterable<IssuedRecord> {
  const index = new JournalIndex(paths, end);
  const aftermath = readAftermath(paths, end, index);
  return withLines(paths, (lines) => matching(index, lines, filter, aftermath));
}

function* matching(
  index: JournalIndex,
  lines: SegmentLines,
  filter: RecordFilter,
  aftermath: Aftermath,
): Generator<IssuedRecord> {
  for (const { mark, columns } of index.segments()) {
    const { offset, length } = columns.issued;
    for (const row of rowsThatMayMatch(columns, filter, aftermath)) {
      const event = lines.event(mark.segment, offset[row] as number, length[row] as number);
      if (event.type !== 'issued' && event.type !== 'renewed') throw lines.misled(mark.segment);
      const renewedBy = aftermath.renewedBy(event.serial);
      const revoked = aftermath.revocation(event.serial);
      const record = {
        ...recordOf(event),
        ...(renewedBy === undefined ? {} : { renewedBy }),
        ...(revoked === undefined ? {} : { revoked }),
      };
      if (recordMatches(record, filter)) yield record;
    }
  }
}

/** Rows of `issued` that are worth reading; a few of them may turn out not to match. */
function* rowsThatMayMatch(
  { issued, names, profiles }: SegmentIndex['columns'],
  filter: RecordFilter,
  aftermath: Aftermath,
): Generator<number> {
  const named = filter.name === undefined ? undefined : rowsNamed(names, filter.name);
  const { profile, revoked } = filter;
  const numberOfProfile = profile === undefined ? -1 : profiles.indexOf(profile);
  for (let row = 0; row < issued.serial.length; row++) {
    if (named !== undefined && !named.has(row)) continue;
    if (endsOutside(issued.notAfter[row] as number, filter)) continue;
    if (profile !== undefined) {
      const number = issued.profile[row];
      if (number !== numberOfProfile && number !== OTHER_PROFILE) continue;
    }
    if (revoked === true && !aftermath.mayBeRevoked(issued.serial[row] as number)) continue;
    yield row;
  }
}

function rowsNamed(names: SegmentIndex['columns']['names'], name: string): ReadonlySet<number> {
  const rows = new Set<number>();
  // `DNS:api` may be meant with its kind, or be a value with a colon in it.
  for (const hash of new Set([hashText(name), hashText(nameValue(name))]))
    eachEqual(names.hash, hash, (at) => rows.add(names.row[at] as number));
  return rows;
}

/** What happened to certificates after they were issued. */
interface Aftermath {
  renewedBy(serial: string): string | undefined;
  revocation(serial: string): IssuedRecord['revoked'];
  /** Whether a serial of this hash was revoked. */
  mayBeRevoked(hash: number): boolean;
}

const REVOKED_WIDTH = 9;

function readAftermath(paths: CaPaths, end: JournalEnd, index: JournalIndex): Aftermath {
  const renewed = new SerialTable(KEY_WIDTH);
  const renewedByLong = new Map<string, string>();
  const revoked = new SerialTable(REVOKED_WIDTH, end.head.totals.revoked);
  const revokedHashes = new Set<number>();
  const value = new Uint8Array(REVOKED_WIDTH);
  const fields = new DataView(value.buffer);
  const lines = new SegmentLines(paths);
  let issuedCount = 0;
  let revokedCount = 0;
  try {
    for (const { mark, columns } of index.segments()) {
      const { issued, renewals, revocations } = columns;
      issuedCount += issued.serial.length;
      revokedCount += revocations.serial.length;
      for (let row = 0; row < renewals.row.length; row++) {
        const [from, to] = [keyAt(renewals.keys, 2 * row), keyAt(renewals.keys, 2 * row + 1)];
        if (from[0] !== LONG_KEY && to[0] !== LONG_KEY) {
          renewed.setKey(from, to);
          continue;
        }
        const at = renewals.row[row] as number;
        const event = lines.event(
          mark.segment,
          issued.offset[at] as number,
          issued.length[at] as number,
        );
        if (event.type !== 'renewed') throw lines.misled(mark.segment);
        renewed.set(event.replaces, to);
        if (to[0] === LONG_KEY) renewedByLong.set(event.replaces, event.serial);
      }
      for (let row = 0; row < revocations.serial.length; row++) {
        fields.setFloat64(0, revocations.at[row] as number);
        fields.setUint8(8, revocations.reason[row] as number);
        revokedHashes.add(revocations.serial[row] as number);
        const key = keyAt(revocations.keys, row);
        if (key[0] !== LONG_KEY) {
          revoked.setKey(key, value);
          continue;
        }
        const event = lines.event(
          mark.segment,
          revocations.offset[row] as number,
          revocations.length[row] as number,
        );
        if (event.type !== 'revoked') throw lines.misled(mark.segment);
        revoked.set(event.serial, value);
      }
    }
  } finally {
    lines.close();
  }
  checkCount(paths, 'issued certificates', issuedCount, end.head.totals.issued);
  checkCount(paths, 'revocations', revokedCount, end.head.totals.revoked);
  return {
    renewedBy(serial) {
      const found = renewed.get(serial);
      if (found === undefined) return undefined;
      return found[0] === LONG_KEY ? renewedByLong.get(serial) : serialOfValue(found);
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
    mayBeRevoked: (hash) => revokedHashes.has(hash),
  };
}

function keyAt(keys: Uint8Array, number: number): Uint8Array {
  return keys.subarray(number * KEY_WIDTH, (number + 1) * KEY_WIDTH);
}

/** Octets behind a line in which the next one says the hash of the line before it. */
const NEXT_PREV = 160;

/**
 * All revocations in order. A CRL that leaves one out calls a bad certificate good: so each is
 * read in its line and held against the hash in the record after it, and their number against the
 * last commit's.
 */
export function* listRevocations(paths: CaPaths, end: JournalEnd): Generator<RevokedEvent> {
  const index = new JournalIndex(paths, end);
  let count = 0;
  yield* withLines(paths, function* (lines) {
    for (const { mark, columns } of index.segments()) {
      const { offset, length } = columns.revocations;
      let before = -1;
      for (let row = 0; row < offset.length; row++) {
        const at = offset[row] as number;
        const octets = length[row] as number;
        // A commit ends with its head, so that a record always stands behind a revocation.
        const bytes = lines.read(mark.segment, at, octets + 1 + NEXT_PREV);
        const line = bytes.subarray(0, octets);
        const event = eventOf(paths, { bytes: line, offset: at, ended: bytes[octets] === 10 });
        // Counted once each: twice the same line would hide another one.
        if (event?.type !== 'revoked' || at <= before) throw lines.misled(mark.segment);
        before = at;
        if (peekText(bytes.subarray(octets + 1), 'prev') !== hashLine(line))
          throw corrupt(paths.journal, 'a revocation is not the one that was written');
        count++;
        yield event;
      }
    }
  });
  checkCount(paths, 'revocations', count, end.head.totals.revoked);
}

function checkCount(paths: CaPaths, what: string, found: number, written: number): void {
  if (found !== written)
    throw corrupt(paths.journal, `it has ${found} ${what} where ${written} were written`);
}

/** The last CRL; the newest segments are looked at first. */
export function findLastCrl(paths: CaPaths, end: JournalEnd): CrlEvent | undefined {
  const lines = new SegmentLines(paths);
  try {
    for (const { mark, columns } of new JournalIndex(paths, end).segmentsBackwards()) {
      const { offset, length } = columns.crls;
      const last = offset.length - 1;
      if (last < 0) continue;
      const event = lines.event(mark.segment, offset[last] as number, length[last] as number);
      if (event.type !== 'crl') throw lines.misled(mark.segment);
      return event;
    }
    return undefined;
  } finally {
    lines.close();
  }
}
