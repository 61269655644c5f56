import { MtlsError } from '../../src/base/errors.ts';

/** The MtlsError that this throws; anything else, or nothing, fails the test. */
export function thrown(run: () => unknown): MtlsError {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    if (error instanceof MtlsError) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, but answered: ${String(result)}`);
}
