// The right to write to a CA, and what was recorded with it.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { encodePem } from '../codec/pem.ts';
import { digest } from '../crypto/digest.ts';
import type { Signer } from '../crypto/sign.ts';
import { stageFiles, type StagedFiles } from './atomic.ts';
import type { JournalHead } from './events.ts';
import { headOf, type JournalEnd } from './journal-tail.ts';
import { writeCommit, type PendingEvent } from './journal-write.ts';
import type { CaPaths } from './layout.ts';
import { factsOf, mayRevoke } from './new-record.ts';
import type { IssuedRecord } from './records.ts';
import type { StoreNotice, Transaction } from './types.ts';

export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Nothing can be recorded after it. */
  close(): void;
}

/** The record of a serial at an end of the journal. */
export type FindRecord = (end: JournalEnd, serial: string) => IssuedRecord | undefined;

/** What a transaction writes with; the caller holds the lock. */
export interface TransactionContext {
  readonly paths: CaPaths;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly find: FindRecord;
  readonly notices: readonly StoreNotice[];
  /** The least number of the next CRL. */
  readonly crlFrom: bigint;
  /** Throws when the lock is held no more. */
  readonly mayWrite: () => void;
}

/** Begins a transaction at the end of the journal. */
export function beginTransaction(context: TransactionContext, begin: JournalEnd): OpenTransaction {
  const { paths, clock, signer, mayWrite } = context;
  let end = begin;
  let pending: PendingEvent[] = [];
  /** Records as they will be, of serials touched by what is pending. */
  const touched = new Map<string, IssuedRecord>();
  let crl: { readonly number: bigint; readonly der: Uint8Array } | undefined;
  let open = true;

  const record = (event: PendingEvent): void => {
    invariant(open, 'recorded after the end of a transaction');
    pending.push(event);
  };
  const now = (): string => clock().toISOString();
  const find = (serial: string): IssuedRecord | undefined =>
    touched.get(serial) ?? context.find(end, serial);

  const transaction: Transaction = {
    notices: context.notices,
    nextCrlNumber() {
      const next = (crl?.number ?? BigInt(end.head.totals.crl)) + 1n;
      return next < context.crlFrom ? context.crlFrom : next;
    },
    find,
    issued(issue) {
      const facts = factsOf(issue);
      invariant(!touched.has(facts.serial), 'a serial was issued twice');
      const at = now();
      const { replaces } = issue;
      record({
        event:
          replaces === undefined
            ? { type: 'issued', at, ...facts }
            : { type: 'renewed', at, replaces, ...facts },
        certificate: issue.certificate.der,
      });
      touched.set(facts.serial, {
        ...facts,
        issuedAt: at,
        ...(replaces === undefined ? {} : { replaces }),
      });
    },
    revoked({ serial, reason, revokedAt }) {
      const known = mayRevoke(find(serial), serial);
      const at = revokedAt.toISOString();
      record({
        event: {
          type: 'revoked',
          at: now(),
          serial,
          reason,
          revokedAt: at,
          notAfter: known.notAfter,
        },
      });
      touched.set(serial, { ...known, revoked: { at, reason } });
    },
    crl(next) {
      invariant(next.number >= transaction.nextCrlNumber(), 'a CRL number was used twice');
      record({
        event: {
          type: 'crl',
          at: now(),
          number: next.number.toString(),
          thisUpdate: next.thisUpdate.toISOString(),
          nextUpdate: next.nextUpdate.toISOString(),
          entries: next.entries,
          sha256: Buffer.from(digest('sha256', next.der)).toString('base64url'),
        },
      });
      crl = { number: next.number, der: next.der };
    },
    async commit(): Promise<JournalHead> {
      invariant(open, 'committed after the end of a transaction');
      if (pending.length === 0) return headOf(end);
      const written = pending;
      // Whether there is room for the CRL shows before anything is recorded
      const list = crl && stageCrl(paths, crl.der);
      pending = [];
      try {
        end = await writeCommit(paths, end, written, { signer, at: clock(), mayWrite });
      } catch (error) {
        list?.discard();
        pending = [...written, ...pending];
        throw error;
      }
      touched.clear();
      crl = undefined;
      if (list !== undefined) publishCrl(list, mayWrite);
      return headOf(end);
    },
  };
  return {
    transaction,
    close: () => {
      open = false;
    },
  };
}

function stageCrl(paths: CaPaths, der: Uint8Array): StagedFiles {
  const bytes = encodePem('X509 CRL', der);
  return stageFiles([{ path: paths.crl, bytes, mode: 0o644 }], { force: true });
}

/** The file is derived: should it fail, the record stands, and the next CRL has the next number. */
function publishCrl(list: StagedFiles, mayWrite: () => void): void {
  try {
    // It would take the place of a later one of somebody else's
    mayWrite();
    list.publish();
  } catch (error) {
    list.discard();
    if (!(error instanceof MtlsError) || error.code !== 'WRITE_FAILED') throw error;
    throw new MtlsError('WRITE_FAILED', error.message, {
      hint: 'what was done is on record; when the disk is well, issue the next list with "mtls ca crl"',
      data: error.data,
      cause: error,
    });
  }
}
