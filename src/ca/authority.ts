// A CA at work: its store, and the path from it up to its root.
import type { Clock } from '../base/clock.ts';
import { keepForSigning } from '../crypto/key.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { chooseCa, openCaStore } from '../store/ca-store.ts';
import type { HomePaths } from '../store/layout.ts';
import type { CaStore } from '../store/types.ts';
import { issuerOf, type Issuer } from './issuer.ts';

export interface Authority extends Issuer {
  readonly store: CaStore;
}

/** The passphrase of a key, when one turns out to be needed. */
export type Passphrase = () => string | Uint8Array | undefined;

/** Sees an opened store as a CA. Throws TEST_FIXTURE. */
export function authorityOf(store: CaStore): Authority {
  return issuerOf(store, store.chain);
}

/**
 * Opens the CA named, or the only one in the home. Throws CA_NOT_FOUND, CA_AMBIGUOUS,
 * STORE_VERSION, STORE_CORRUPT, TEST_FIXTURE.
 *
 * @param naming how a command line names a CA, for hints; `--ca <name>` where absent
 */
export function openAuthority(
  home: HomePaths,
  name: string | undefined,
  clock: Clock,
  naming?: (name: string) => string,
): Authority {
  return authorityOf(openCaStore(home, chooseCa(home, name, naming), { clock }));
}

/** Opens the CA's key. Throws CA_KEY_MISSING, PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MISMATCH. */
export function unlock(authority: Authority, passphrase?: Passphrase): Signer {
  const key = authority.store.loadKey(passphrase);
  keepForSigning(key);
  return signerOf(key);
}
