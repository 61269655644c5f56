import { MtlsError } from './errors.ts';

/** States what must hold; where it does not, the bug is ours. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new MtlsError('INTERNAL', `internal error: ${what}`);
}
