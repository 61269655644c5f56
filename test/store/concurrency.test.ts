import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bundledScript } from '../support/child.ts';
import { temporaryFolder } from '../support/program.ts';
import { makeCa } from './support.ts';

const script = bundledScript('issue-child.ts', import.meta.url);

describe('several processes on one CA', () => {
  it('record everything, each serial once, while others read', async () => {
    const folder = temporaryFolder();
    const { store } = await makeCa(folder);
    let running = 8;
    const ends = Array.from({ length: running }, () => {
      const child = spawn(process.execPath, [script(), folder, '10'], { stdio: 'inherit' });
      return new Promise<number | null>((resolve) =>
        child.once('exit', (status) => {
          running--;
          resolve(status);
        }),
      );
    });
    let seen = 0;
    while (running > 0) {
      const count = [...store.records()].length;
      expect(count).toBeGreaterThanOrEqual(seen);
      seen = count;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await Promise.all(ends)).toEqual(Array.from({ length: 8 }, () => 0));
    const serials = [...store.records()].map(({ serial }) => serial);
    expect(new Set(serials).size).toBe(80);
    expect(store.verifyJournal()).toMatchObject({ ok: true, commits: 81 });
  }, 60_000);
});
