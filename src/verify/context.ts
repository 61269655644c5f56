// What every check may know besides the certificate.
import type { PathFault, Placed } from './fault.ts';
import type { Profile } from './profile.ts';
import type { Purpose } from './types.ts';

export interface CheckContext {
  /** The moment of the check in milliseconds, whole seconds (RFC 5280 §4.1.2.5 counts no less). */
  readonly at: number;
  readonly purpose: Purpose;
  readonly profile: Profile;
}

/** One rule, held against one certificate at its place. */
export type Check = (placed: Placed, context: CheckContext) => PathFault | undefined;

/** Faults that these checks find, in their order. */
export function runChecks(
  checks: readonly Check[],
  placed: Placed,
  context: CheckContext,
): PathFault[] {
  const faults: PathFault[] = [];
  for (const check of checks) {
    const fault = check(placed, context);
    if (fault) faults.push(fault);
  }
  return faults;
}
