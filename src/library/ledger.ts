// The records of a CA in memory: gone with the process, and otherwise kept as a home keeps them.
import type { Clock } from '../base/clock.ts';
import type { Ledger, LedgerTransaction } from '../ca/issuer.ts';
import type { CrlEvent } from '../store/events.ts';
import { factsOf, mayRevoke } from '../store/new-record.ts';
import { recordMatches, type IssuedRecord, type RecordFilter } from '../store/records.ts';
import type { CaStore, Revocation } from '../store/types.ts';
import type { Certificate } from '../x509/certificate.ts';

export interface MemoryLedger extends Ledger, Pick<CaStore, 'find' | 'records'> {
  /** Takes in a certificate that the CA has signed elsewhere. */
  adopt(certificate: Certificate): IssuedRecord;
}

/** Nothing in a certificate says by which profile it was issued. */
const UNKNOWN_PROFILE = 'unknown';

export function memoryLedger(clock: Clock): MemoryLedger {
  const records = new Map<string, IssuedRecord>();
  let lastCrl: CrlEvent | undefined;
  /** Ends when the writer before has ended. */
  let queue: Promise<unknown> = Promise.resolve();

  function begin(): LedgerTransaction {
    const changed = new Map<string, IssuedRecord>();
    let crl: CrlEvent | undefined;
    const at = () => clock().toISOString();
    const find = (serial: string) => changed.get(serial) ?? records.get(serial);
    return {
      notices: [],
      nextCrlNumber: () => BigInt((crl ?? lastCrl)?.number ?? 0) + 1n,
      find,
      issued(issue) {
        const facts = factsOf(issue);
        const { replaces } = issue;
        const before = replaces === undefined ? undefined : find(replaces);
        if (before) changed.set(before.serial, { ...before, renewedBy: facts.serial });
        changed.set(facts.serial, {
          ...facts,
          issuedAt: at(),
          ...(replaces !== undefined && { replaces }),
        });
      },
      revoked({ serial, reason, revokedAt }) {
        const known = mayRevoke(find(serial), serial);
        changed.set(serial, { ...known, revoked: { at: revokedAt.toISOString(), reason } });
      },
      crl({ number, thisUpdate, nextUpdate, entries }) {
        crl = {
          type: 'crl',
          at: at(),
          number: number.toString(),
          thisUpdate: thisUpdate.toISOString(),
          nextUpdate: nextUpdate.toISOString(),
          entries,
          sha256: '',
        };
      },
      commit() {
        for (const [serial, record] of changed) records.set(serial, record);
        changed.clear();
        lastCrl = crl ?? lastCrl;
        return Promise.resolve();
      },
    };
  }

  async function inTurn<T>(work: (transaction: LedgerTransaction) => Promise<T>): Promise<T> {
    const before = queue;
    const mine = (async () => {
      await before;
      const transaction = begin();
      const result = await work(transaction);
      await transaction.commit();
      return result;
    })();
    queue = mine.catch(() => undefined);
    return mine;
  }

  return {
    adopt(certificate) {
      const facts = factsOf({ certificate, profile: UNKNOWN_PROFILE, outputs: [] });
      const record = { ...facts, issuedAt: facts.notBefore };
      records.set(record.serial, record);
      return record;
    },
    lastCrl: () => lastCrl,
    find: (serial) => records.get(serial),
    *records(filter: RecordFilter = {}) {
      for (const record of records.values()) if (recordMatches(record, filter)) yield record;
    },
    *revocations(): Generator<Revocation> {
      for (const { serial, notAfter, revoked } of records.values())
        if (revoked) yield { serial, reason: revoked.reason, revokedAt: revoked.at, notAfter };
    },
    transaction: (_options, work) => inTurn(work),
    issue: (_options, issue, leave) =>
      inTurn(async (transaction) => {
        transaction.issued(issue);
        await transaction.commit();
        leave();
        return [];
      }),
  };
}
