// Private keys of a source, opened to learn whose they are.
import { formatOrigin } from '../codec/origin.ts';
import type { EncodedKey } from '../codec/part.ts';
import type { SeenKey } from '../library/info/content.ts';
import type { OpenedKey } from '../library/info/pile.ts';
import { quoteForeign } from '../base/text.ts';
import type { Invocation, OptionValues } from './command.ts';
import { existingPassphrase, givenPassphrase, type PASSPHRASE_OPTIONS } from './secrets.ts';

export type KeyRequest = Pick<Invocation, 'context' | 'globals' | 'output'> & {
  readonly options: OptionValues<typeof PASSPHRASE_OPTIONS>;
};

/**
 * Opens keys as far as that needs no question: an encrypted key stays closed unless a passphrase
 * was given. Throws PASSPHRASE_WRONG, KEY_MALFORMED, KEY_UNSUPPORTED.
 */
export function openKeys(keys: readonly EncodedKey[], request: KeyRequest): readonly SeenKey[] {
  const passphrase = givenPassphrase(request);
  return keys.map(({ encrypted, locked, origin, decode }) => ({
    origin,
    encrypted,
    publicKey: locked && passphrase === undefined ? undefined : decode(() => passphrase).publicKey,
  }));
}

/** Opens all keys, asking for passphrases where that is possible; else throws PASSPHRASE_NEEDED. */
export async function openKeysAsking(
  keys: readonly EncodedKey[],
  request: KeyRequest,
): Promise<readonly OpenedKey[]> {
  const opened: OpenedKey[] = [];
  for (const { locked, origin, decode } of keys) {
    const what = `the key ${quoteForeign(formatOrigin(origin))}`;
    const passphrase = locked ? await existingPassphrase(request, what) : undefined;
    opened.push({ origin, publicKey: decode(() => passphrase).publicKey });
  }
  return opened;
}
