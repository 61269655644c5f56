// The CA's private key in its file: private, and the key of the CA's certificate.
import { existsSync, type Stats } from 'node:fs';
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parsePem, type PemBlock } from '../codec/pem.ts';
import {
  isEncryptedKey,
  isPrivateKeyLabel,
  readPrivateKey,
  type PassphraseSource,
} from '../codec/pkcs8.ts';
import type { PrivateKey, PublicKey } from '../crypto/key.ts';
import { writeFileAtomic } from './atomic.ts';
import { entryAt } from './entry.ts';
import { readBoundedFile } from './read.ts';
import { storeFault } from './store-fault.ts';

/** An RSA key of 16,384 bits, encrypted, takes 13 KiB. */
const MAX_KEY_FILE = 64 * 1024;

/** What a key file is, without opening it: `missing`, `plain` or `encrypted`. */
export function keyState(path: string): 'missing' | 'plain' | 'encrypted' {
  if (!existsSync(path)) return 'missing';
  return withKeyBlock(path, (block) => (isEncryptedKey(block) ? 'encrypted' : 'plain'));
}

/**
 * Opens the CA's key and checks that it is the one of its certificate.
 *
 * @throws MtlsError CA_KEY_MISSING, HOME_UNSAFE when others may read the file, PASSPHRASE_NEEDED,
 * PASSPHRASE_WRONG, STORE_CORRUPT, STORE_UNREADABLE, KEY_UNSUPPORTED, KEY_MISMATCH
 */
export function loadCaKey(
  path: string,
  publicKey: PublicKey,
  passphrase?: PassphraseSource,
): PrivateKey {
  if (!existsSync(path))
    throw new MtlsError('CA_KEY_MISSING', `the CA's key is not there: ${quoteForeign(path)}`, {
      hint: 'bring the key back from a backup, or from where it is kept offline',
      data: { path },
    });
  const key = withKeyBlock(path, (block) => readPrivateKey(block, passphrase));
  if (!bytesEqual(key.publicKey.spki, publicKey.spki))
    throw new MtlsError('KEY_MISMATCH', `${quoteForeign(path)} is not the key of the CA`, {
      hint: 'bring back the key that belongs to ca.crt beside it; "mtls match" says which does',
      data: { path },
    });
  return key;
}

/**
 * Writes a key file, mode 0600, in place of what is there: at each moment one of the two is there
 * whole. Throws WRITE_FAILED, and for a link, which would leave the old key where it leads to.
 */
export function saveCaKey(path: string, keyPem: string): void {
  if (entryAt(path)?.isSymbolicLink() === true)
    throw new MtlsError('WRITE_FAILED', `the CA's key ${quoteForeign(path)} is a symbolic link`, {
      hint: 'put the file itself in its place: the old key would stay where the link leads to',
      data: { path },
    });
  writeFileAtomic({ path, bytes: keyPem, mode: 0o600 }, { force: true });
}

function withKeyBlock<T>(path: string, use: (block: PemBlock) => T): T {
  try {
    return useKeyBlock(path, use);
  } catch (error) {
    throw storeFault(error, path, 'bring the key back from a backup');
  }
}

function useKeyBlock<T>(path: string, use: (block: PemBlock) => T): T {
  const what = "the CA's key";
  const bytes = readBoundedFile(path, {
    max: MAX_KEY_FILE,
    what,
    check: (stats) => {
      refuseLaxMode(path, stats);
    },
  });
  try {
    const block = parsePem(bytes).find(({ label }) => isPrivateKeyLabel(label));
    if (block === undefined) throw new MtlsError('NOTHING_FOUND', 'no private key in it');
    try {
      return use(block);
    } finally {
      block.bytes.fill(0);
    }
  } finally {
    bytes.fill(0);
  }
}

/** Windows has no such modes: every file reads as 0666 there. */
function refuseLaxMode(path: string, stats: Stats): void {
  if (process.platform === 'win32' || (stats.mode & 0o077) === 0) return;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  throw new MtlsError(
    'HOME_UNSAFE',
    `others may use the CA's key ${quoteForeign(path)}: required mode 0600, found ${mode}`,
    {
      hint: /^[\w./+@-]+$/.test(path)
        ? `run "chmod 600 ${path}", and think about who may have read it`
        : 'give it the mode 0600, and think about who may have read it',
      data: { path, mode },
    },
  );
}
