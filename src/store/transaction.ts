// The right to write to a CA, and what was recorded with it.
import { isAbsolute } from 'node:path';
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { encodePem } from '../codec/pem.ts';
import { digest } from '../crypto/digest.ts';
import type { Signer } from '../crypto/sign.ts';
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import { writeFileAtomic } from './atomic.ts';
import type { IssuedFacts, JournalHead } from './events.ts';
import { findRecord } from './inventory.ts';
import { headOf, type JournalEnd } from './journal-tail.ts';
import { writeCommit, type PendingEvent } from './journal-write.ts';
import type { CaPaths } from './layout.ts';
import { serialText, type IssuedRecord } from './records.ts';
import type { NewIssue, StoreNotice, Transaction } from './types.ts';

export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Nothing can be recorded after it. */
  close(): void;
}

/** What a transaction writes with; the caller holds the lock. */
export interface TransactionContext {
  readonly paths: CaPaths;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly notices: readonly StoreNotice[];
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
    touched.get(serial) ?? findRecord(paths, end, serial);

  const transaction: Transaction = {
    notices: context.notices,
    nextCrlNumber: () => (crl?.number ?? BigInt(end.head.totals.crl)) + 1n,
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
      const known = find(serial);
      if (known === undefined) throw certificateNotFound(serial);
      if (known.revoked !== undefined) throw alreadyRevoked(known);
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
      pending = [];
      try {
        end = await writeCommit(paths, end, written, { signer, at: clock(), mayWrite });
      } catch (error) {
        pending = [...written, ...pending];
        throw error;
      }
      touched.clear();
      if (crl !== undefined) {
        const bytes = encodePem('X509 CRL', crl.der);
        crl = undefined;
        // Derived: should it fail, the record stands, and the next CRL has the next number.
        writeFileAtomic({ path: paths.crl, bytes, mode: 0o644 }, { force: true });
      }
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

function factsOf({ certificate, profile, outputs }: NewIssue): IssuedFacts {
  invariant(
    outputs.every(({ path }) => isAbsolute(path)),
    'an output without an absolute path',
  );
  return {
    serial: serialText(certificate.serial),
    notBefore: timeText(certificate.notBefore),
    notAfter: timeText(certificate.notAfter),
    profile,
    subject: formatDn(certificate.subject),
    names: certificate.names.map(formatGeneralName),
    outputs,
  };
}

/** RFC 3339 without the milliseconds that a certificate can not have. */
function timeText(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function certificateNotFound(serial: string): MtlsError {
  return new MtlsError('CERT_NOT_FOUND', `the CA has no certificate with serial ${serial}`, {
    hint: 'see what it issued with "mtls list"',
    data: { serial },
  });
}

function alreadyRevoked({ serial, revoked }: IssuedRecord): MtlsError {
  return new MtlsError('ALREADY_REVOKED', `the certificate ${serial} is revoked already`, {
    hint: 'issue a fresh CRL with "mtls ca crl" if others do not know of it yet',
    data: { serial, revoked },
  });
}
