import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCaStore } from '../../src/store/ca-store.ts';
import { temporaryFolder } from '../support/program.ts';
import { clock, makeCa } from './support.ts';

describe('a CA in its home', () => {
  it('records', async () => {
    const { home, store, signer, leaf } = await makeCa(temporaryFolder());
    const certificate = await leaf('api.example');
    await store.transaction({ signer }, async (tx) => {
      tx.issued({ certificate, profile: 'server', outputs: [] });
      await tx.commit();
    });
    expect(readdirSync(home.root)).toEqual(['.gitignore', 'ca', 'version']);
    const again = openCaStore(home, store.name, { clock });
    const [record] = [...again.records()];
    console.log(record, again.head(), again.verifyJournal());
    expect(record).toBeDefined();
  });
});
