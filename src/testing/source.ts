// Where keys, signatures and serial numbers come from: chance, or a seed.
import { generateKey } from '../crypto/generate.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { KeyType } from '../crypto/key-types.ts';
import { randomSerial } from '../crypto/random.ts';
import { signerOf, type LocalSigner } from '../crypto/sign.ts';
import type { ExtensionInput } from '../x509/extensions.ts';

/** All that is not decided by what is asked for. */
export interface KeySource {
  newKey(type: KeyType): PrivateKey;
  signerOf(key: PrivateKey): LocalSigner;
  /** Content octets of a serial number: positive, in shortest form. */
  newSerial(): Uint8Array;
  /** What every certificate bears besides its own extensions. */
  readonly mark: readonly ExtensionInput[];
  /**
   * A source for one thing alone, told from others by what describes it: whatever else is made
   * before or after, its keys stay the same.
   */
  apart(describe: () => string): KeySource;
}

/** As production has it: nobody can make these again. */
export const RANDOM: KeySource = {
  newKey: generateKey,
  signerOf,
  newSerial: randomSerial,
  mark: [],
  apart: () => RANDOM,
};
