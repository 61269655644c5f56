// Counts under a lock, breaking one that is in the way or not, or holds it until it is killed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../src/store/lock.ts';

const [what, folder = '', times] = process.argv.slice(2);
const lock = join(folder, 'lock');
const counter = join(folder, 'counter');
const clock = (): Date => new Date();

if (what === 'hold')
  await withLock(lock, clock, {}, async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
else {
  const breaking = what === 'break' ? new Set<string>() : undefined;
  const onBroken = (owner?: { readonly pid: number }): void => {
    process.stdout.write(`broke ${String(owner?.pid)}\n`);
  };
  for (let i = 0; i < Number(times); i++)
    await withLock(lock, clock, { breaking, onBroken }, async () => {
      const count = Number(readFileSync(counter, 'utf8'));
      // Long enough for another process to read the same number, were it let in.
      await new Promise((resolve) => setTimeout(resolve, 1));
      writeFileSync(counter, String(count + 1));
    });
}
