// Private keys that the user brings.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import type { PrivateKey } from '../crypto/key.ts';
import { readBoundedFile } from '../store/read.ts';
import type { OptionValues } from './command.ts';
import type { Reaching } from './authority.ts';
import { readOpening } from './opened-store.ts';
import { existingPassphrase, type PASSPHRASE_OPTIONS } from './secrets.ts';

/** A key file may hold a chain too. */
const MAX_KEY_FILE = 1024 * 1024;

/**
 * Reads the one private key of a file, asking for its passphrase only when it has one. Throws
 * NOTHING_FOUND, USAGE for several keys, PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MALFORMED.
 */
export async function readKeyFile(
  reaching: Reaching,
  options: OptionValues<typeof PASSPHRASE_OPTIONS>,
  path: string,
): Promise<PrivateKey> {
  const bytes = readBoundedFile(path, { max: MAX_KEY_FILE, what: 'the key' });
  const request = { ...reaching, options };
  const { keys } = await readOpening(request, path, (passphrase) =>
    readBundle(bytes, { name: path, passphrase }),
  );
  const [key, second] = keys;
  if (!key)
    throw new MtlsError('NOTHING_FOUND', `no private key in ${quoteForeign(path)}`, {
      hint: 'mtls inspect says what the file holds',
      data: { path },
    });
  if (second)
    throw new MtlsError('USAGE', `${keys.length} private keys in ${quoteForeign(path)}`, {
      hint: 'give a file that holds one',
      data: { path },
    });
  if (!key.locked) return key.decode();
  const passphrase = await existingPassphrase(request, `the key ${quoteForeign(path)}`);
  return key.decode(() => passphrase);
}
