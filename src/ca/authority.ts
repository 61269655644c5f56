// A CA at work: its store, and the path from it up to its root.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { signerOf, type Signer } from '../crypto/sign.ts';
import { chooseCa, openCaStore } from '../store/ca-store.ts';
import type { HomePaths } from '../store/layout.ts';
import type { CaStore } from '../store/types.ts';
import { isSelfIssued, type Certificate } from '../x509/certificate.ts';

export interface Authority {
  readonly store: CaStore;
  readonly certificate: Certificate;
  /** The CA's certificate first, its root last; one and the same for a root CA. */
  readonly path: readonly [Certificate, ...Certificate[]];
  /** What a leaf is delivered with: the CAs above it, without the root. */
  readonly intermediates: readonly Certificate[];
  readonly root: Certificate;
}

/** The passphrase of a key, when one turns out to be needed. */
export type Passphrase = () => string | Uint8Array | undefined;

/** Sees an opened store as a CA. */
export function authorityOf(store: CaStore): Authority {
  const [first, ...rest] = store.chain;
  const root = store.chain.at(-1);
  invariant(first !== undefined && root !== undefined, 'a CA without a certificate');
  return {
    store,
    certificate: first,
    path: [first, ...rest],
    intermediates: isSelfIssued(root) ? store.chain.slice(0, -1) : store.chain,
    root,
  };
}

/**
 * Opens the CA named, or the only one in the home. Throws CA_NOT_FOUND, CA_AMBIGUOUS,
 * STORE_VERSION, STORE_CORRUPT.
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
  return signerOf(authority.store.loadKey(passphrase));
}
