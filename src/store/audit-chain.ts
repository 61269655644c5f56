// Whether the records of a journal stand one after another, as they were written.

/** What the chain says of a line: of the line itself, or of the one before it. */
export type ChainFault =
  | { readonly kind: 'changed'; readonly n: number }
  | { readonly kind: 'moved'; readonly n: number; readonly after: number }
  | { readonly kind: 'doubled'; readonly n: number };

/** Numbers that were passed over: from the first to the last, and before which record. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Whatever the caller keeps to tell where. */
  readonly place: Place;
}

/** A line of a segment. */
export interface Place {
  readonly segment: number;
  readonly line: number;
}

/** Nobody reads more of them, and a hostile journal could hold a million. */
const MOST_GAPS = 1000;

/** Follows numbers and hashes; what is missing shows at the end, since it may stand elsewhere. */
export class Chain {
  #last = -1;
  #highest = -1;
  #hash = '';
  /** Lines since the last one that could be read. */
  #unread = 0;
  #gaps: Gap[] = [];

  /** Records that are nowhere, in order. */
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** The number after the highest. */
  get next(): number {
    return this.#highest + 1;
  }

  /** A line that can not be read stands where some record stood, or was put between two. */
  unreadable(): void {
    this.#unread++;
  }

  /** @param hash of this line, which the next one names */
  follow(n: number, prev: string, hash: string, place: Place): ChainFault | undefined {
    const fault = this.#judge(n, prev, place);
    this.#last = n;
    this.#highest = Math.max(this.#highest, n);
    this.#hash = hash;
    this.#unread = 0;
    return fault;
  }

  #judge(n: number, prev: string, place: Place): ChainFault | undefined {
    const next = this.#highest + 1;
    if (n < next)
      return this.#takeFromGaps(n)
        ? { kind: 'moved', n, after: this.#last }
        : { kind: 'doubled', n };
    if (n > next + this.#unread && this.#gaps.length < MOST_GAPS)
      this.#gaps.push({ from: next, to: n - 1 - this.#unread, place });
    if (this.#unread > 0 || n !== this.#last + 1 || prev === this.#hash) return undefined;
    return { kind: 'changed', n: this.#last };
  }

  #takeFromGaps(n: number): boolean {
    const gap = this.#gaps.find(({ from, to }) => from <= n && n <= to);
    if (gap === undefined) return false;
    const { from, to, place } = gap;
    const rest = [
      { from, to: n - 1, place },
      { from: n + 1, to, place },
    ].filter((part) => part.from <= part.to);
    this.#gaps = this.#gaps.flatMap((one) => (one === gap ? rest : [one]));
    return true;
  }
}
