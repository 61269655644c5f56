import { existsSync } from 'node:fs';
import type * as Fs from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { authorityOf } from '../../src/ca/authority.ts';
import { deliveryIn } from '../../src/ca/deliver.ts';
import { issue } from '../../src/ca/issue.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { temporaryFolder } from '../support/program.ts';
import { createRoot } from '../../src/ca/create.ts';
import { dnOf } from '../../src/name/dn.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';

/** Calls that give a file its name, and whether the CA was locked at that moment. */
const seen = vi.hoisted(() => ({ lock: '', given: [] as (readonly [string, boolean])[] }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  return {
    ...fs,
    renameSync: (from: string, to: string) => {
      seen.given.push([to, fs.existsSync(seen.lock)]);
      fs.renameSync(from, to);
    },
  };
});

it('gives replaced files their names under the lock: two processes never mix their pairs', async () => {
  const folder = temporaryFolder();
  const now = new Date('2026-03-01T12:00:00Z');
  const clock = () => now;
  const { authority } = await createRoot({
    home: homePaths(join(folder, '.mtls')),
    name: parseCaName('dev'),
    request: { subject: dnOf('CN', 'dev') },
    clock,
  });
  const signer = signerOf(authority.store.loadKey());
  const plan = resolveLeaf({ names: [parseIdentityName('api.test')] }, authority.path, { now });
  const paths = deliveryIn(folder, 'api.test');
  const once = () =>
    issue(authorityOf(authority.store), signer, plan, {
      clock,
      delivery: { folder, paths },
      force: true,
    });
  await once();
  seen.lock = authority.store.paths.lock;
  seen.given.length = 0;
  await once();
  const own = seen.given.filter(([path]) => path.startsWith(join(folder, 'api.test')));
  expect(own).toEqual([
    [paths.certificate, true],
    [paths.key, true],
  ]);
  expect(existsSync(seen.lock)).toBe(false);
});
