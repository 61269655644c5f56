// A target: where inputs come from and what they are thrown at.
import type { SeededRandom } from '../support/random.ts';
import type { Seeds } from './seeds.ts';

export interface Target {
  readonly name: string;
  /** How often it is picked. */
  readonly weight: number;
  readonly seeds: (seeds: Seeds) => readonly Uint8Array[];
  /** Seeds that are bent already; picked one time in four. */
  readonly wild?: (seeds: Seeds) => readonly Uint8Array[];
  /** Throws nothing but MtlsError, and no INTERNAL. */
  readonly run: (bytes: Uint8Array, seeds: Seeds, random: SeededRandom) => void;
}

/** Text that is shown moves no terminal. */
export function plain(text: string): void {
  // eslint-disable-next-line no-control-regex -- none may be left
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text))
    throw new Error(`text that is not escaped: ${JSON.stringify(text)}`);
}
