// A CA on disk: made whole or not at all, opened, listed.
import type { Signer } from '../crypto/sign.ts';
import { MtlsError } from '../base/errors.ts';
import type { CaName, HomePaths } from './layout.ts';
import type { LockOptions } from './lock.ts';
import type { CaStore, NewCa, StoreOptions } from './types.ts';

/**
 * Makes a CA: all its files and the first journal record, or nothing. The home is made when it
 * is not there. Throws CA_EXISTS.
 */
export function createCaStore(
  home: HomePaths,
  ca: NewCa,
  options: StoreOptions & LockOptions & { readonly signer: Signer },
): Promise<CaStore> {
  void [home, ca, options];
  throw new MtlsError('INTERNAL', 'not written yet');
}

/** Opens a CA. Throws CA_NOT_FOUND, STORE_VERSION, STORE_CORRUPT. */
export function openCaStore(home: HomePaths, name: CaName, options: StoreOptions): CaStore {
  void [home, name, options];
  throw new MtlsError('INTERNAL', 'not written yet');
}

/** Names of the CAs in a home, in alphabetical order; none when there is no home. */
export function listCas(home: HomePaths): readonly CaName[] {
  void home;
  throw new MtlsError('INTERNAL', 'not written yet');
}

/**
 * The CA that is meant: the one named, or the only one. Throws CA_NOT_FOUND, or CA_AMBIGUOUS with
 * the names to choose from.
 */
export function chooseCa(home: HomePaths, name: string | undefined): CaName {
  void [home, name];
  throw new MtlsError('INTERNAL', 'not written yet');
}
