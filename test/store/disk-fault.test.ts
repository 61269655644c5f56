import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type * as Fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/program.ts';
import { makeCa, openTestCa, type TestCa } from './support.ts';

/** The change of a file that fails, counted from 1; 0 for none. */
const disk = vi.hoisted(() => ({ failAt: 0, failFrom: false, changes: 0, code: 'ENOSPC' }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const failing = <A extends unknown[], R>(
    call: (...args: A) => R,
    counts: (args: A) => boolean = () => true,
  ): ((...args: A) => R) => {
    return (...args) => {
      if (disk.failAt > 0 && counts(args)) {
        const at = ++disk.changes;
        if (at === disk.failAt || (disk.failFrom && at > disk.failAt))
          throw Object.assign(new Error(`${disk.code}: injected`), { code: disk.code });
      }
      return call(...args);
    };
  };
  return {
    ...fs,
    writeSync: failing(
      (fd: number, bytes: Uint8Array, offset: number, length: number, at: number | null) =>
        fs.writeSync(fd, bytes, offset, length, at),
    ),
    fsyncSync: failing(fs.fsyncSync),
    renameSync: failing(fs.renameSync),
    linkSync: failing(fs.linkSync),
    mkdirSync: failing(fs.mkdirSync),
    fchmodSync: failing(fs.fchmodSync),
    openSync: failing(fs.openSync, ([, flags]) => flags === 'wx'),
  };
});

/** Lets the n-th change of a file fail, or it and all that follow. */
function failAt(n: number, code: string, from = false): void {
  Object.assign(disk, { failAt: n, failFrom: from, changes: 0, code });
}

const mend = (): void => {
  failAt(0, '');
};
afterEach(mend);

let model = '';
beforeAll(async () => {
  model = mkdtempSync(join(tmpdir(), 'mtls-disk-'));
  await makeCa(model);
  await issue(openTestCa(model), 'first');
  return () => {
    rmSync(model, { recursive: true });
  };
});

async function issue({ store, signer, leaf }: TestCa, name: string): Promise<void> {
  const certificate = await leaf(name);
  await store.transaction({ signer, wait: 0 }, (tx) => {
    tx.issued({ certificate, profile: 'server', outputs: [] });
    return Promise.resolve();
  });
}

/** What every file below a folder holds, by its path. */
function contents(folder: string): Record<string, string> {
  const root = join(folder, '.mtls');
  if (!existsSync(root)) return {};
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [
        path.slice(folder.length),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
}

describe('a disk that fails', () => {
  it.each(['ENOSPC', 'EIO', 'EROFS', 'EDQUOT'])(
    'with %s once, at any change, leaves a CA as it was, and then it goes on',
    async (code) => {
      const folder = temporaryFolder();
      cpSync(model, folder, { recursive: true });
      const ca = openTestCa(folder);
      const before = contents(folder);
      let failures = 0;
      for (let at = 1; ; at++) {
        failAt(at, code);
        const outcome = await issue(ca, `n${at}`).catch((error: unknown) => error);
        mend();
        if (outcome === undefined) break;
        failures++;
        expect(outcome).toMatchObject({ code: 'WRITE_FAILED', data: { errno: code } });
        expect(contents(folder)).toEqual(before);
        expect(ca.store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
      }
      expect(failures).toBeGreaterThan(10);
      expect([...ca.store.records()]).toHaveLength(2);
    },
  );

  it.each(['ENOSPC', 'EIO'])(
    'with %s from any change on, loses nothing that was recorded',
    async (code) => {
      for (let at = 1; ; at++) {
        const folder = temporaryFolder();
        cpSync(model, folder, { recursive: true });
        const ca = openTestCa(folder);
        failAt(at, code, true);
        const outcome = await issue(ca, 'second').catch((error: unknown) => error);
        mend();
        if (outcome === undefined) break;
        expect(outcome).toMatchObject({ code: 'WRITE_FAILED' });
        expect([...ca.store.records()][0]).toMatchObject({ subject: 'CN=first' });
        await issue(ca, 'third');
        expect(ca.store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
      }
    },
  );

  it('while a CA is made, leaves no part of it', async () => {
    let failures = 0;
    for (let at = 1; ; at++) {
      const folder = temporaryFolder();
      failAt(at, 'ENOSPC');
      const outcome = await makeCa(folder).catch((error: unknown) => error);
      mend();
      if (!(outcome instanceof Error)) break;
      failures++;
      expect(outcome).toMatchObject({ code: 'WRITE_FAILED', data: { errno: 'ENOSPC' } });
      const files = Object.keys(contents(folder)).map((path) => path.split('/').slice(2).join('/'));
      expect(files.filter((path) => path !== '.gitignore' && path !== 'version')).toEqual([]);
      await makeCa(folder);
      expect(openTestCa(folder).store.verifyJournal().ok).toBe(true);
    }
    expect(failures).toBeGreaterThan(40);
  });
});
