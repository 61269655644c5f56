// Bent inputs by number: the same seed and number make the same input again.
import { MtlsError } from '../../src/base/errors.ts';
import { SeededRandom } from '../support/random.ts';
import { mutate } from './mutate.ts';
import type { Seeds } from './seeds.ts';
import { plain, type Target } from './target.ts';
import { TARGETS } from './targets.ts';

export interface Input {
  readonly target: Target;
  readonly bytes: Uint8Array;
}

export interface Outcome {
  readonly refused: boolean;
  /** What must not be: another error than MtlsError, or a message that is not fit to be shown. */
  readonly bug: Error | undefined;
}

/** Makes inputs; the seeds of each target are gathered once. */
export function inputsOf(
  seeds: Seeds,
  seed: number,
  only?: string,
): (number: number) => Input & { readonly random: SeededRandom } {
  const chosen = TARGETS.filter(({ name }) => only === undefined || name === only);
  const wheel = chosen.flatMap((target) => Array.from({ length: target.weight }, () => target));
  const stock = new Map(
    chosen.map((target) => [
      target,
      { good: target.seeds(seeds), wild: target.wild?.(seeds) ?? [] },
    ]),
  );
  return (number) => {
    const random = new SeededRandom(seed, number);
    const target = random.pick(wheel);
    const { good = [], wild = [] } = stock.get(target) ?? {};
    const from = wild.length > 0 && random.chance(0.25) ? wild : good;
    const bytes = mutate(random.pick(from), random);
    return { target, bytes, random };
  };
}

/** Runs one input. */
export function tryInput({ target, bytes }: Input, seeds: Seeds, random: SeededRandom): Outcome {
  try {
    target.run(bytes, seeds, random);
    return { refused: false, bug: undefined };
  } catch (error) {
    return { refused: true, bug: bugIn(error) };
  }
}

function bugIn(error: unknown): Error | undefined {
  if (!(error instanceof MtlsError)) return error as Error;
  if (error.code === 'INTERNAL') return error;
  try {
    plain(error.message);
    plain(error.hint ?? '');
  } catch (unfit) {
    return unfit as Error;
  }
  return error.message.length > 2000
    ? new Error(`a message of ${error.message.length} characters`)
    : undefined;
}
