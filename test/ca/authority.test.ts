import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { authorityOf, openAuthority, unlock } from '../../src/ca/authority.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { formatDn } from '../../src/name/dn.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { thrown } from '../support/thrown.ts';
import { caBelow, clock, rootCa } from './support.ts';

const subjects = (list: readonly { readonly subject: Parameters<typeof formatDn>[0] }[]) =>
  list.map(({ subject }) => formatDn(subject));

describe('a CA at work', () => {
  it('is the only one of its home, or the one named', async () => {
    const root = await rootCa();
    expect(openAuthority(root.home, undefined, clock).store.name).toBe('root');
    await caBelow(root);
    expect(thrown(() => openAuthority(root.home, undefined, clock))).toMatchObject({
      code: 'CA_AMBIGUOUS',
      data: { names: ['root', 'sub'] },
    });
    expect(openAuthority(root.home, 'sub', clock).store.name).toBe('sub');
    expect(thrown(() => openAuthority(root.home, 'other', clock)).code).toBe('CA_NOT_FOUND');
  });

  it('knows the path up to its root, and what leaves are delivered with', async () => {
    const root = await rootCa();
    const middle = await caBelow(root, { name: 'middle', pathLength: 1 });
    const low = await caBelow(middle, { name: 'low' });
    expect(subjects(root.authority.path)).toEqual(['CN=root']);
    expect(root.authority.intermediates).toEqual([]);
    const { authority } = low;
    expect(subjects(authority.path)).toEqual(['CN=low', 'CN=middle', 'CN=root']);
    expect(subjects(authority.intermediates)).toEqual(['CN=low', 'CN=middle']);
    expect(formatDn(authority.root.subject)).toBe('CN=root');
  });

  it('delivers the whole path where it does not end in a root', async () => {
    const root = await rootCa();
    const sub = await caBelow(root);
    const { store } = sub.authority;
    writeFileSync(store.paths.chain, encodeBundle(store.chain.slice(0, 1)));
    const authority = authorityOf(openCaStore(sub.home, store.name, { clock }));
    expect(subjects(authority.intermediates)).toEqual(['CN=sub']);
  });

  it('opens its key with the passphrase that it was made with', async () => {
    const { authority } = await rootCa({ passphrase: 'correct horse' });
    expect(authority.store.keyState()).toBe('encrypted');
    expect(unlock(authority, () => 'correct horse').publicKey.spki).toEqual(
      authority.certificate.publicKey.spki,
    );
    expect(thrown(() => unlock(authority)).code).toBe('PASSPHRASE_NEEDED');
    expect(thrown(() => unlock(authority, () => 'battery staple')).code).toBe('PASSPHRASE_WRONG');
  });
});
