// How commands reach a CA: the home that is meant, the CA in it, and its key.
import { authorityOf, openAuthority, type Authority } from '../ca/authority.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { openCaStore } from '../store/ca-store.ts';
import { findHome, type FoundHome } from '../store/home.ts';
import type { CaName } from '../store/layout.ts';
import type { CaStore, StoreNotice } from '../store/types.ts';
import { value, type Invocation, type OptionValues } from './command.ts';
import {
  existingPassphrase,
  forgetPassphrase,
  givenPassphrase,
  type PASSPHRASE_OPTIONS,
} from './secrets.ts';

/** The parts of an invocation that reaching a CA needs. */
export type Reaching = Pick<Invocation, 'context' | 'globals' | 'output'>;

/** For commands that work with one CA of the home. */
export const CA_OPTION = {
  ca: value('--ca <name>', 'the CA to use; needed when there are several'),
} as const;

/** The home that is meant, whether it exists or not. Throws HOME_UNSAFE. */
export function locateHome({ context, globals }: Reaching): FoundHome {
  const { env, cwd, userHome, uid, platform } = context;
  return findHome({ explicit: globals.home, env, cwd, userHome, uid, platform });
}

/**
 * Opens the CA named, or the only one of the home.
 *
 * @param naming how this command names a CA, for hints; `--ca <name>` where absent
 */
export function openCa(
  reaching: Reaching,
  name: string | undefined,
  naming?: (name: string) => string,
): Authority {
  return openAuthority(locateHome(reaching), name, reaching.context.clock, naming);
}

/** Opens a CA whose name was listed by its home. */
export function openListedCa(reaching: Reaching, home: FoundHome, name: CaName): Authority {
  return authorityOf(openCaStore(home, name, { clock: reaching.context.clock }));
}

/**
 * Opens the CA's key file, asking for its passphrase only when it has one.
 *
 * @param prefix of the options that name the passphrase, for hints
 */
export async function openCaKey(
  reaching: Reaching,
  options: OptionValues<typeof PASSPHRASE_OPTIONS>,
  store: CaStore,
  prefix?: string,
): Promise<PrivateKey> {
  if (store.keyState() !== 'encrypted') return store.loadKey();
  const what = `the key of CA ${quoteForeign(store.name)}`;
  const request = { ...reaching, options };
  // Whoever types may mistype; a file or a variable stays what it is
  const tries = givenPassphrase(request) === undefined ? 3 : 1;
  for (let left = tries - 1; ; left--) {
    const passphrase = await existingPassphrase(request, what, prefix);
    try {
      return store.loadKey(() => passphrase);
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code !== 'PASSPHRASE_WRONG') throw error;
      const message = `the passphrase does not open ${what}`;
      if (left === 0)
        throw new MtlsError('PASSPHRASE_WRONG', message, {
          data: { ca: store.name },
          cause: error,
        });
      reaching.output.note(message);
    } finally {
      forgetPassphrase(passphrase, options);
    }
  }
}

/**
 * Work that writes: an interruption takes effect before it or after it, or while it waits for
 * the lock, and so leaves nothing half done.
 */
export function undivided<T>({ context }: Reaching, work: () => Promise<T>): Promise<T> {
  return context.interruption.hold(work);
}

/** Passes on what the store met and survived. */
export function sayNotices({ output }: Reaching, notices: readonly StoreNotice[]): void {
  for (const { message } of notices) output.warn(message);
}
