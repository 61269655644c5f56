// PKCS#12 key stores: nothing is known of them before their passphrase is.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { PassphraseSource } from '../codec/pkcs8.ts';
import type { KeyRequest } from './opened-keys.ts';
import { existingPassphrase, givenPassphrase } from './secrets.ts';

/**
 * Reads a source that may be a key store: with the passphrase that was given, and where that is
 * missing, with one that is asked for.
 *
 * @param request undefined where the command takes no passphrase
 * @throws MtlsError PASSPHRASE_NEEDED where nobody can be asked
 */
export async function readOpening<Value>(
  request: KeyRequest | undefined,
  source: string,
  read: (passphrase?: PassphraseSource) => Value | Promise<Value>,
): Promise<Value> {
  if (request === undefined) return read();
  try {
    return await read(() => givenPassphrase(request));
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'PASSPHRASE_NEEDED') throw error;
    const passphrase = await existingPassphrase(request, `the key store ${quoteForeign(source)}`);
    return read(() => passphrase);
  }
}
