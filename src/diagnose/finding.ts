// What a diagnosis answers: the cause first, what follows from it folded under it, and the way out.

/** `error`: it does not work. `warning`: it works, and will not always. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing that was seen, where, and what it says. */
export interface Evidence {
  /** A file by its path as given, with the place inside of it, or a host. */
  readonly source?: string | undefined;
  /** What of it: `not after`, `issuer`, `mode`. */
  readonly field: string;
  /** As found; shown with control characters escaped. */
  readonly value: string;
}

/** What mends it. */
export interface Remedy {
  /** Lower case, no full stop. */
  readonly text: string;
  /** Each a program with its arguments, to be run in this order. */
  readonly commands: readonly (readonly string[])[];
  /** Where what is mended then lies, if not in place. */
  readonly folder?: string | undefined;
}

/** Something wrong: one cause, in one place. */
export interface Finding<Code extends string = string> {
  readonly code: Code;
  readonly severity: Severity;
  /** The file by its path as given, or `host:port`. */
  readonly subject: string;
  /** One sentence, lower case, no full stop. */
  readonly cause: string;
  /** The clause that is broken, where there is one. */
  readonly clause?: string | undefined;
  readonly evidence: readonly Evidence[];
  readonly remedy?: Remedy | undefined;
  /** What is wrong only because of this. */
  readonly consequences: readonly Finding[];
}

const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Worst first; equals keep their order. */
export function bySeverity(a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): number {
  return RANKS[a.severity] - RANKS[b.severity];
}
