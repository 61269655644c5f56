import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { pkcs8Of } from '../../src/crypto/key.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { makeCa, onPosix } from './support.ts';

describe('the key of a CA', () => {
  it('is loaded, encrypted or not', async () => {
    const { store, key } = await makeCa(temporaryFolder());
    expect(store.keyState()).toBe('plain');
    expect(pkcs8Of(store.loadKey())).toEqual(pkcs8Of(key));
    await store.saveKey(writePrivateKey(key, 'correct horse'));
    expect(store.keyState()).toBe('encrypted');
    expect(pkcs8Of(store.loadKey(() => 'correct horse'))).toEqual(pkcs8Of(key));
    expect(thrown(() => store.loadKey())).toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    expect(thrown(() => store.loadKey(() => 'wrong'))).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    if (onPosix) expect(statSync(store.paths.key).mode & 0o777).toBe(0o600);
    expect(existsSync(store.paths.lock)).toBe(false);
  });

  it('is said to be missing', async () => {
    const { store } = await makeCa(temporaryFolder());
    rmSync(store.paths.key);
    expect(store.keyState()).toBe('missing');
    expect(thrown(() => store.loadKey())).toMatchObject({ code: 'CA_KEY_MISSING' });
  });

  it.skipIf(!onPosix).each([0o640, 0o604, 0o660, 0o644])(
    'is refused when others may read it: %o',
    async (mode) => {
      const { store } = await makeCa(temporaryFolder());
      chmodSync(store.paths.key, mode);
      const error = thrown(() => store.loadKey());
      expect(error.code).toBe('HOME_UNSAFE');
      expect(error.message).toContain('required mode 0600');
      expect(error.message).toContain(`found 0${mode.toString(8)}`);
      expect(error.hint).toContain(`chmod 600 ${store.paths.key}`);
    },
  );

  it('is refused when it belongs to another certificate', async () => {
    const { store } = await makeCa(temporaryFolder());
    await store.saveKey(writePrivateKey(generateKey('ec-p256')));
    expect(thrown(() => store.loadKey())).toMatchObject({ code: 'KEY_MISMATCH' });
  });

  it('is refused when the file holds something else', async () => {
    const { store } = await makeCa(temporaryFolder());
    writeFileSync(store.paths.key, 'no key');
    expect(thrown(() => store.loadKey())).toMatchObject({ code: 'STORE_CORRUPT' });
  });
});
