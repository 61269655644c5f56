// Certificates that several callers of one process record at the same time share a commit: one
// lock, one signed head, one fsync of each file, in place of one of each for every certificate.
import type { CaStore, NewIssue, StoreNotice, TransactionOptions } from './types.ts';

interface Waiting {
  readonly options: TransactionOptions;
  readonly issue: NewIssue;
  readonly leave: () => void;
  readonly resolve: (notices: readonly StoreNotice[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A commit of more would keep other processes waiting. */
const MOST = 1000;

/**
 * Records certificates in the order in which they come; those that come while a commit is written
 * stand in the next one, together. The first of them waits for the lock with its own patience.
 */
export function groupCommits(transaction: CaStore['transaction']): CaStore['issue'] {
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function commitNext(first: Waiting): Promise<void> {
    let group: readonly Waiting[] = [];
    try {
      // Told when the lock is free again: whoever is answered may end the process.
      const answers = await transaction(first.options, async (tx) => {
        group = waiting.splice(0, MOST).filter(isStillWanted);
        for (const { issue } of group) tx.issued(issue);
        await tx.commit();
        return group.map((one) => answerOf(one, tx.notices));
      });
      for (const answer of answers) answer();
    } catch (error) {
      // Without the lock it is the first alone whose patience has ended; the next has its own.
      if (waiting[0] === first) waiting.shift();
      first.reject(error);
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) await commitNext(first);
    isRunning = false;
  }

  return (options, issue, leave) =>
    new Promise((resolve, reject) => {
      waiting.push({ options, issue, leave, resolve, reject });
      if (!isRunning) void run();
    });
}

function isStillWanted({ options, reject }: Waiting): boolean {
  if (options.signal?.aborted !== true) return true;
  reject(options.signal.reason);
  return false;
}

/** One whose files are in the way fails alone: its record stands, as that of the others. */
function answerOf({ leave, resolve, reject }: Waiting, notices: readonly StoreNotice[]) {
  try {
    leave();
  } catch (error) {
    return () => {
      reject(error);
    };
  }
  return () => {
    resolve(notices);
  };
}
