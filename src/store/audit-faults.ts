// Faults of a journal, as many as anybody reads.
import type { JournalFault } from './audit-report.ts';

/** Of one kind in one file; a damaged journal of a million records could have as many. */
const MOST = 100;

export class FaultList {
  readonly all: JournalFault[] = [];
  readonly #counts = new Map<string, number>();
  #more = 0;

  /** How many were left out. */
  get more(): number {
    return this.#more;
  }

  add(fault: JournalFault): void {
    const kind = `${fault.code} ${fault.path}`;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= MOST) this.all.push(fault);
    else this.#more++;
  }
}
