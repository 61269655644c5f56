// What issues: a CA's certificate, what stands above it, and where its records are kept.
import { invariant } from '../base/assert.ts';
import type { Signer } from '../crypto/sign.ts';
import type { LockOptions } from '../store/lock.ts';
import type { CaStore, Transaction } from '../store/types.ts';
import { isSelfIssued, type Certificate } from '../x509/certificate.ts';
import { refuseTestFixtures } from '../x509/test-mark.ts';

/** The right to write; what was recorded takes effect at the next commit. */
export type LedgerTransaction = Omit<Transaction, 'commit'> & { commit(): Promise<unknown> };

/** Where a CA's records are kept: its store on disk, or memory. */
export interface Ledger extends Pick<CaStore, 'revocations' | 'lastCrl' | 'issue'> {
  /** Runs `work` as the only writer; when it throws, what was not committed is dropped. */
  transaction<T>(
    options: LockOptions & { readonly signer: Signer },
    work: (transaction: LedgerTransaction) => Promise<T>,
  ): Promise<T>;
}

export interface Issuer {
  readonly store: Ledger;
  readonly certificate: Certificate;
  /** The CA's certificate first, its root last; one and the same for a root CA. */
  readonly path: readonly [Certificate, ...Certificate[]];
  /** What a leaf is delivered with: the CAs above it, without the root. */
  readonly intermediates: readonly Certificate[];
  readonly root: Certificate;
}

/**
 * Sees a CA's certificate and its issuers, nearest first, as what issues. Every CA at work comes
 * through here, wherever it is kept.
 *
 * @throws MtlsError TEST_FIXTURE where anybody has the key of one of them
 */
export function issuerOf<Kept extends Ledger>(
  store: Kept,
  chain: readonly Certificate[],
): Issuer & { readonly store: Kept } {
  const [first, ...rest] = chain;
  const root = chain.at(-1);
  invariant(first !== undefined && root !== undefined, 'a CA without a certificate');
  refuseTestFixtures(chain);
  return {
    store,
    certificate: first,
    path: [first, ...rest],
    intermediates: isSelfIssued(root) ? chain.slice(0, -1) : chain,
    root,
  };
}
