import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCas } from '../../src/store/ca-store.ts';
import { homePaths } from '../../src/store/layout.ts';
import { bundledScript } from '../support/child.ts';
import { temporaryFolder } from '../support/program.ts';
import { makeCa, onPosix, openTestCa } from './support.ts';

const script = bundledScript('crash-child.ts', import.meta.url);

interface Death {
  readonly said: readonly string[];
  readonly killed: boolean;
}

function runUntil(what: string, folder: string, deathAt: number): Promise<Death> {
  const child = spawn(process.execPath, [script(), what, folder, String(deathAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return new Promise((resolve, reject) =>
    child.once('close', (status, signal) => {
      if (signal === 'SIGKILL' || status === 0)
        resolve({ said: output.trimEnd().split('\n'), killed: signal === 'SIGKILL' });
      else reject(new Error(`the child exited ${String(status)}`));
    }),
  );
}

/** Runs to the end once, to know how many places there are to die at. */
function countChanges(what: string, folder: string): number {
  const { stdout } = spawnSync(process.execPath, [script(), what, folder, '0'], {
    encoding: 'utf8',
  });
  return Number(/^changes (\d+)$/m.exec(stdout)?.[1]);
}

/** Two at a time: the machine that runs this may have two cores. */
async function atEachChange(count: number, check: (at: number) => Promise<void>): Promise<void> {
  let next = 1;
  const worker = async (): Promise<void> => {
    while (next <= count) await check(next++);
  };
  await Promise.all([worker(), worker()]);
}

describe.skipIf(!onPosix)('a process killed at any change of a file', () => {
  it('leaves a whole CA or none when it made one', async () => {
    const count = countChanges('init', temporaryFolder());
    expect(count).toBeGreaterThan(40);
    const base = temporaryFolder();
    let whole = 0;
    await atEachChange(count, async (at) => {
      const folder = join(base, String(at));
      const { said, killed } = await runUntil('init', folder, at);
      expect(killed).toBe(true);
      expect(said).toEqual(['']);
      const home = homePaths(join(folder, '.mtls'));
      if (listCas(home).length > 0) whole++;
      else await makeCa(folder);
      const { store, signer, leaf } = openTestCa(folder);
      const certificate = await leaf('after');
      await store.transaction({ signer }, (tx) => {
        tx.issued({ certificate, profile: 'server', outputs: [] });
        return Promise.resolve();
      });
      expect(store.verifyJournal()).toMatchObject({ ok: true });
      expect(readdirSync(home.cas).filter((name) => name.startsWith('.new'))).toEqual([]);
    });
    expect(whole).toBeLessThan(count);
  }, 120_000);

  it('loses nothing that was said, and halves nothing', async () => {
    const model = temporaryFolder();
    await makeCa(model);
    const base = temporaryFolder();
    const copy = (name: string): string => {
      const folder = join(base, name);
      cpSync(model, folder, { recursive: true });
      return folder;
    };
    const count = countChanges('issue', copy('whole'));
    expect(count).toBeGreaterThan(60);
    const seen = new Set<string>();
    await atEachChange(count, async (at) => {
      const folder = copy(String(at));
      const { said, killed } = await runUntil('issue', folder, at);
      expect(killed).toBe(true);
      const { store, signer, leaf } = openTestCa(folder);
      for (const line of said) {
        const [what, serial = ''] = line.split(' ');
        if (what === 'issued') {
          const ref = store.find(serial)?.certificate;
          expect(ref && store.readCertificate(ref).length).toBeGreaterThan(0);
        }
        if (what === 'revoked') expect(store.find(serial)?.revoked).toBeDefined();
      }
      const certificate = await leaf('after');
      await store.transaction({ signer }, async (tx) => {
        tx.issued({ certificate, profile: 'server', outputs: [] });
        await tx.commit();
        for (const { code } of tx.notices) seen.add(code);
      });
      expect(store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
      expect(store.keyState()).toBe('plain');
      const left = readdirSync(store.paths.folder).filter((name) => /^\.mtls-|^lock/.test(name));
      // A ticket that its owner died with, before it had the lock, goes with the next broken lock.
      expect(left.filter((name) => !/^lock\.[0-9a-f]{32}$/.test(name))).toEqual([]);
    });
    // The deaths were where they hurt: with the lock held, in a line, and before the marker.
    expect([...seen].sort()).toEqual(['HEAD_BEHIND', 'LOCK_BROKEN', 'TORN_TAIL']);
  }, 180_000);
});
