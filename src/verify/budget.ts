// Bounds on what a hostile set of certificates can make us do.

/** Limits of one verification, each with its source. */
export interface Limits {
  /**
   * Signature checks, one by an oversized key counted as several; rustls-webpki allows 100
   * (Budget::default), Go 100 (maxChainSignatureChecks).
   */
  readonly signatures: number;
  /** Candidates looked at as issuers; rustls-webpki allows 200,000 calls without any work in each. */
  readonly builds: number;
  /** Names held against name constraints and against each other; webpki 250,000, Go 250,000. */
  readonly nameComparisons: number;
  /**
   * Policies and mappings walked; OpenSSL gives up at a tree of 1,000 nodes (CVE-2023-0464), the
   * graph of RFC 9618 grows with these alone.
   */
  readonly policies: number;
  /** CA certificates between leaf and anchor that are not self-issued; pyca stops at 8, webpki at 6. */
  readonly depth: number;
}

export const DEFAULT_LIMITS: Limits = {
  signatures: 100,
  builds: 20_000,
  nameComparisons: 250_000,
  policies: 100_000,
  depth: 10,
};

/** What a verification has used of its limits. */
export interface Spent {
  readonly signatures: number;
  readonly builds: number;
  readonly nameComparisons: number;
  readonly policies: number;
}

/** Carries the search out of its depth; never leaves this room. */
export class BudgetExhausted extends Error {
  readonly what: keyof Spent;
  readonly limit: number;

  constructor(what: keyof Spent, limit: number) {
    super(`more than ${limit} ${what}`);
    this.what = what;
    this.limit = limit;
  }
}

/** Counts down; throws BudgetExhausted where a limit is passed. */
export class Budget {
  readonly limits: Limits;
  readonly #spent = { signatures: 0, builds: 0, nameComparisons: 0, policies: 0 };

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get spent(): Spent {
    return { ...this.#spent };
  }

  signature(weight = 1): void {
    this.#take('signatures', weight);
  }

  build(): void {
    this.#take('builds', 1);
  }

  /** Name comparisons, in the form that name/constraints asks for. */
  spend(count: number): void {
    this.#take('nameComparisons', count);
  }

  policy(count: number): void {
    this.#take('policies', count);
  }

  #take(what: keyof Spent, count: number): void {
    this.#spent[what] += count;
    if (this.#spent[what] > this.limits[what]) throw new BudgetExhausted(what, this.limits[what]);
  }
}
