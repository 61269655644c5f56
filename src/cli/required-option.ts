// Options without which there is nothing to do.
import { MtlsError } from '../base/errors.ts';

/** What was given, else USAGE with what to add. */
export function required(given: string | undefined, missing: string, example: string): string {
  if (given !== undefined) return given;
  throw new MtlsError('USAGE', missing, { hint: `add ${example}` });
}
