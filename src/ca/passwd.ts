// The passphrase of a CA's key: set, changed or taken away.
import { invariant } from '../base/assert.ts';
import { bytesEqual, toUtf8 } from '../base/bytes.ts';
import { parsePem } from '../codec/pem.ts';
import { readPrivateKey, writePrivateKey } from '../codec/pkcs8.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { LockOptions } from '../store/lock.ts';
import type { CaStore } from '../store/types.ts';

/**
 * Writes the CA's key anew under another passphrase; undefined leaves it unencrypted. What was
 * written is opened again before it takes the place of the key that is there.
 *
 * @throws MtlsError PASSPHRASE_NEEDED for an empty passphrase, WRITE_FAILED, STORE_LOCKED
 */
export async function changePassphrase(
  store: CaStore,
  key: PrivateKey,
  passphrase: Uint8Array | undefined,
  lock: LockOptions,
): Promise<void> {
  const pem = writePrivateKey(key, passphrase);
  const [block] = parsePem(toUtf8(pem));
  invariant(block !== undefined, 'a key that was written is there');
  const again = readPrivateKey(block, () => passphrase);
  invariant(bytesEqual(again.publicKey.spki, key.publicKey.spki), 'a key is written as it was');
  await store.saveKey(pem, lock);
}
