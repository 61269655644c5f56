import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import type { LockFile } from '../../src/store/lock-file.ts';
import { withLock, type LockOwner } from '../../src/store/lock.ts';
import { isGone, thisProcess } from '../../src/store/process-identity.ts';
import { bundledScript } from '../support/child.ts';
import { temporaryFolder } from '../support/program.ts';
import { clock, onPosix } from './support.ts';

const script = bundledScript('lock-child.ts', import.meta.url);

const DEAD_PID = 2 ** 22 + 1;
const token = (digit: string): string => digit.repeat(32);

function lockOf(changes: Partial<LockFile> = {}): LockFile {
  return { ...thisProcess(), token: token('a'), since: '2026-01-01T00:00:00Z', ...changes };
}

const dead = (changes: Partial<LockFile> = {}): LockFile => lockOf({ pid: DEAD_PID, ...changes });

function put(path: string, lock: LockFile): string {
  writeFileSync(path, JSON.stringify(lock));
  return path;
}

async function refusal(path: string, wait = 60): Promise<MtlsError> {
  const outcome = await withLock(path, clock, { wait }, () => Promise.resolve('held')).catch(
    (error: unknown) => error,
  );
  if (outcome instanceof MtlsError) return outcome;
  throw new Error(`no refusal: ${String(outcome)}`);
}

function child(...args: string[]): ChildProcess {
  const started = spawn(process.execPath, [script(), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
}

const ended = (process: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => process.once('exit', resolve));

async function holder(folder: string): Promise<ChildProcess> {
  const started = child('hold', folder);
  await new Promise((resolve) => started.stdout?.once('data', resolve));
  return started;
}

async function countWith(folder: string, processes: number, times: number): Promise<void> {
  writeFileSync(join(folder, 'counter'), '0');
  const counters = Array.from({ length: processes }, () => child('count', folder, String(times)));
  for (const status of await Promise.all(counters.map(ended))) expect(status).toBe(0);
  expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe(String(processes * times));
}

describe('withLock', () => {
  it('holds, answers and leaves nothing', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    const answer = await withLock(path, clock, {}, (lock) => {
      const { pid, since } = JSON.parse(readFileSync(path, 'utf8')) as LockFile;
      expect(pid).toBe(process.pid);
      expect(since).toBe(clock().toISOString());
      expect(readdirSync(folder)).toEqual(['lock']);
      lock.check();
      return Promise.resolve(42);
    });
    expect(answer).toBe(42);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes to those who wait in the order in which they came', async () => {
    const path = join(temporaryFolder(), 'lock');
    const order: number[] = [];
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const waiters: Promise<unknown>[] = [];
    await withLock(path, clock, {}, async () => {
      for (let index = 0; index < 8; index++) {
        waiters.push(withLock(path, clock, {}, () => Promise.resolve(order.push(index))));
        await pause(20);
      }
    });
    await Promise.all(waiters);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('goes on where the first in line lives and does not come, or is on another host', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    for (const first of [lockOf({ token: token('b') }), dead({ host: 'x', token: token('c') })])
      utimesSync(put(`${path}.${first.token}`, first), 1, 1);
    expect(await withLock(path, clock, {}, () => Promise.resolve('held'))).toBe('held');
    expect(await withLock(path, clock, { wait: 0 }, () => Promise.resolve('held'))).toBe('held');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is let go when the work fails', async () => {
    const folder = temporaryFolder();
    const work = withLock(join(folder, 'lock'), clock, {}, () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets one at a time in, within one process too', async () => {
    const path = join(temporaryFolder(), 'lock');
    let inside = 0;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        withLock(path, clock, {}, async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside--;
        }),
      ),
    );
  });

  it('loses no count of 8 processes', async () => {
    const folder = temporaryFolder();
    await countWith(folder, 8, 25);
    expect(readdirSync(folder)).toEqual(['counter']);
  }, 60_000);

  it('says for whom it waits, once, and gives up with the name of the holder', async () => {
    const folder = temporaryFolder();
    const other = await holder(folder);
    const owners: (LockOwner | undefined)[] = [];
    const onWait = (owner: LockOwner | undefined): void => {
      owners.push(owner);
    };
    const path = join(folder, 'lock');
    const waiting = withLock(path, clock, { wait: 800, onWait }, () => Promise.resolve());
    await expect(waiting).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      data: { pid: other.pid, path },
    });
    expect(owners).toMatchObject([{ pid: other.pid, host: thisProcess().host }]);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('survives a holder that was killed', async () => {
    const folder = temporaryFolder();
    const other = await holder(folder);
    other.kill('SIGKILL');
    await ended(other);
    const path = join(folder, 'lock');
    const broken = await withLock(path, clock, {}, (lock) => Promise.resolve(lock.broken));
    expect(broken?.pid).toBe(other.pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets one in of many that find a killed holder', async () => {
    for (let round = 0; round < 3; round++) {
      const folder = temporaryFolder();
      const other = await holder(folder);
      const counting = countWith(folder, 8, 5);
      other.kill('SIGKILL');
      await counting;
      expect(readdirSync(folder)).toEqual(['counter']);
    }
  }, 60_000);

  it('goes on where one died while it broke a lock', async () => {
    const folder = temporaryFolder();
    const path = put(join(folder, 'lock'), dead());
    put(`${path}.break-${token('a')}`, dead({ token: token('b') }));
    put(`${path}.break-${token('b')}`, dead({ token: token('c') }));
    const broken = await withLock(path, clock, {}, (lock) => Promise.resolve(lock.broken));
    expect(broken?.pid).toBe(DEAD_PID);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a dead lock to the living process that breaks it', async () => {
    const folder = temporaryFolder();
    const path = put(join(folder, 'lock'), dead());
    put(`${path}.break-${token('a')}`, lockOf({ token: token('b') }));
    expect(await refusal(path)).toMatchObject({ code: 'STORE_LOCKED' });
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['of another host', dead({ host: 'elsewhere' })],
    ['of another container on this host', dead({ namespace: 'pid:[1]' })],
    ['from before a boot of who knows which machine', dead({ boot: 'x', machine: '' })],
    ['from another machine of the same name', dead({ boot: 'x', machine: 'y' })],
    ['of a living process', lockOf()],
  ])('never breaks a lock %s', async (_whose, lock) => {
    const path = put(join(temporaryFolder(), 'lock'), lock);
    const error = await refusal(path);
    expect(error).toMatchObject({ code: 'STORE_LOCKED' });
    expect(error.message).toContain(`process ${lock.pid} on "${lock.host}"`);
    expect(error.hint).toContain('try again');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(lock);
  });

  it.each(['', '{', '{}', 'null', '{"pid":1}', JSON.stringify(dead({ token: '../../x' }))])(
    'never breaks a lock that reads %j',
    async (content) => {
      const path = join(temporaryFolder(), 'lock');
      writeFileSync(path, content);
      expect(await refusal(path)).toMatchObject({ code: 'STORE_LOCKED' });
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('clears away what the dead left, and nothing of the living', async () => {
    const folder = temporaryFolder();
    const path = put(join(folder, 'lock'), dead());
    put(`${path}.${token('d')}`, dead());
    put(`${path}.${token('e')}`, lockOf());
    writeFileSync(join(folder, '.mtls-0123456789abcdef.tmp'), 'half');
    writeFileSync(join(folder, 'ca.key'), 'key');
    await withLock(path, clock, {}, () => Promise.resolve());
    expect(readdirSync(folder)).toEqual(['ca.key', `lock.${token('e')}`]);
  });

  it('notices that it was taken away by hand, and leaves the lock of the next', async () => {
    const path = join(temporaryFolder(), 'lock');
    await withLock(path, clock, {}, (lock) => {
      rmSync(path);
      expect(() => {
        lock.check();
      }).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
      put(path, lockOf());
      return Promise.resolve();
    });
    expect(existsSync(path)).toBe(true);
  });

  it('stops waiting when it is told to, and takes its claim away', async () => {
    const folder = temporaryFolder();
    const path = put(join(folder, 'lock'), dead({ host: 'elsewhere' }));
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const options = {
      signal: stop.signal,
      onWait: () => {
        stop.abort(reason);
      },
    };
    await expect(withLock(path, clock, options, () => Promise.resolve())).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('ends with the limit where its name leads nowhere', async () => {
    const path = join(temporaryFolder(), 'lock');
    symlinkSync('nowhere', path);
    expect(await refusal(path)).toMatchObject({
      code: 'STORE_LOCKED',
      hint: expect.stringContaining(path) as string,
    });
  });

  it('says why it can not lock', async () => {
    const error = await refusal(join(temporaryFolder(), 'missing', 'lock'));
    expect(error).toMatchObject({ code: 'WRITE_FAILED' });
  });
});

describe('a lock that is broken because the user says so', () => {
  const elsewhere = dead({ host: 'elsewhere' });

  async function breaking(
    path: string,
    options: { wait?: number; breaking?: Set<string> } = {},
  ): Promise<{ said: (LockOwner | undefined)[]; outcome: unknown }> {
    const said: (LockOwner | undefined)[] = [];
    const onBroken = (owner: LockOwner | undefined): void => {
      said.push(owner);
    };
    const outcome = await withLock(
      path,
      clock,
      { wait: 60, breaking: new Set(), onBroken, ...options },
      ({ broken }) => Promise.resolve(['held', broken]),
    ).catch((error: unknown) => error);
    return { said, outcome };
  }

  it.each([
    ['of another host', elsewhere],
    ['of another container on this host', dead({ namespace: 'pid:[1]' })],
    ['from another machine of the same name', dead({ boot: 'x', machine: 'y' })],
  ])('goes where it is %s, and says whose it was', async (_whose, lock) => {
    const folder = temporaryFolder();
    const path = put(join(folder, 'lock'), lock);
    expect((await refusal(path)).hint).toContain('--break-lock');
    const { said, outcome } = await breaking(path);
    expect(outcome).toEqual(['held', undefined]);
    expect(said).toMatchObject([{ pid: lock.pid, host: lock.host, since: lock.since }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['', '{', JSON.stringify(dead({ token: '../../x' }))])(
    'goes where it reads %j',
    async (content) => {
      const path = join(temporaryFolder(), 'lock');
      writeFileSync(path, content);
      expect(await breaking(path)).toEqual({ said: [undefined], outcome: ['held', undefined] });
    },
  );

  it('stays where its owner lives on this host', async () => {
    const path = put(join(temporaryFolder(), 'lock'), lockOf());
    const { said, outcome } = await breaking(path);
    expect(outcome).toMatchObject({
      code: 'STORE_LOCKED',
      hint: expect.stringContaining('leaves the living alone') as string,
    });
    expect(said).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it('stays where it is another than the one that stood there at first', async () => {
    const path = put(join(temporaryFolder(), 'lock'), elsewhere);
    const trying = breaking(path, { wait: 300 });
    const next = lockOf({ host: 'elsewhere', token: token('f') });
    put(path, next);
    expect((await trying).outcome).toMatchObject({ code: 'STORE_LOCKED' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(next);
  });

  it('stays where this path was looked at before', async () => {
    const path = put(join(temporaryFolder(), 'lock'), elsewhere);
    const { outcome } = await breaking(path, { breaking: new Set([path]) });
    expect(outcome).toMatchObject({ code: 'STORE_LOCKED' });
  });

  it('is broken by one of many, and each gets its turn', async () => {
    for (let round = 0; round < 3; round++) {
      const folder = temporaryFolder();
      put(join(folder, 'lock'), elsewhere);
      writeFileSync(join(folder, 'counter'), '0');
      const children = Array.from({ length: 8 }, () => child('break', folder, '5'));
      const said: string[] = [];
      for (const one of children) one.stdout?.on('data', (data) => said.push(String(data)));
      for (const status of await Promise.all(children.map(ended))) expect(status).toBe(0);
      expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('40');
      expect(said.join('')).toBe(`broke ${DEAD_PID}\n`);
      expect(readdirSync(folder)).toEqual(['counter']);
    }
  }, 60_000);

  it('is left to the one of another host that breaks it', async () => {
    const path = put(join(temporaryFolder(), 'lock'), elsewhere);
    put(`${path}.break-${elsewhere.token}`, lockOf({ host: 'third', token: token('b') }));
    expect((await breaking(path)).outcome).toMatchObject({
      code: 'STORE_LOCKED',
      hint: expect.stringContaining(`${path}.break-*`) as string,
    });
    expect(existsSync(path)).toBe(true);
  });
});

describe.skipIf(!onPosix)('whether a process is gone', () => {
  it('knows itself, and a pid that another process got', () => {
    const self = thisProcess();
    expect(isGone(self)).toBe(false);
    expect(isGone({ ...self, pid: DEAD_PID })).toBe(true);
    if (self.start !== '') expect(isGone({ ...self, start: '1' })).toBe(true);
    if (self.machine !== '') expect(isGone({ ...self, boot: 'earlier' })).toBe(true);
  });

  it('takes a process that nobody has buried for gone', async ({ skip }) => {
    if (thisProcess().start === '') skip('no /proc');
    // The shell's child ends at once, and the sleep that takes the shell's place never waits for it.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => {
        resolve(Number(data));
      }),
    );
    const start = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    while (!start().includes(') Z ')) await new Promise((resolve) => setTimeout(resolve, 5));
    const ticks = start().split(') ')[1]?.split(' ')[19];
    expect(isGone({ ...thisProcess(), pid, start: String(ticks) })).toBe(true);
  });
});
