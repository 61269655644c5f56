// Crashes and full disks for real: what test/crash plays through in one process, here with the
// system's own calls, deaths by SIGKILL, and a file system of a few kilobytes.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatIsWrong } from '../crash/going-on.ts';
import { Keeper } from '../crash/promises.ts';
import { SESSIONS, type Session } from '../crash/sessions.ts';
import { every } from '../crash/support.ts';
import type { Known } from '../crash/trace.ts';
import { makeWorkspace, type Workspace } from '../crash/workspace.ts';
import { bundledScript } from '../support/child.ts';
import { hasPeer } from './support/peers.ts';

const child = bundledScript('support/crash-child.ts', import.meta.url);

/** All calls of Linux that change a file, a name or a mode, and those that could do it unseen. */
const CHANGING = [
  ...['open', 'openat', 'creat', 'write', 'pwrite64', 'writev', 'pwritev', 'pwritev2'],
  ...['fsync', 'fdatasync', 'sync_file_range', 'syncfs', 'sync', 'msync', 'fallocate'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'mknodat'],
  ...['unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat', 'truncate', 'ftruncate'],
  ...['chmod', 'fchmod', 'fchmodat', 'chown', 'lchown', 'fchown', 'fchownat', 'utimensat'],
  ...['copy_file_range', 'sendfile', 'splice', 'io_uring_enter'],
];

const KINDS: Readonly<Record<string, string>> = {
  ...{ write: 'write', pwrite64: 'write', fsync: 'fsync', ftruncate: 'truncate' },
  ...{ rename: 'rename', link: 'link', unlink: 'unlink', mkdir: 'mkdir', rmdir: 'rmdir' },
  ...{ chmod: 'chmod', fchmod: 'fchmod', fchown: 'fchown' },
};

/** A line of strace as `kind path`; undefined where it changes nothing below the folder. */
function changeIn(line: string, root: string): string | undefined {
  const [, name = '', args = '', result = ''] = /^\d+ +(\w+)\((.*)\) += +(.*)$/.exec(line) ?? [];
  // Of files with names inside the folder: quoted, or behind a descriptor
  const paths = [...args.matchAll(/"([^"]*)"|<([^>]*)>/g)].map(
    ([, quoted, named]) => quoted ?? named,
  );
  const inside = paths.filter((path): path is string => path?.startsWith(root) === true);
  if (inside.length === 0) return undefined;
  if (name.startsWith('open')) {
    const makes = args.includes('O_CREAT') && !result.startsWith('-1');
    return makes ? `create ${inside.join(' ')}` : undefined;
  }
  return `${KINDS[name] ?? `${name}, which nobody watches,`} ${inside.slice(0, 2).join(' ')}`;
}

const hasStrace = hasPeer('strace', ['-V']);
const traced = hasStrace && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

describe.skipIf(!traced)('the system’s calls that change files', () => {
  it.each(SESSIONS)('are those that the tests of crashes see: $name', async (session) => {
    const workspace = makeWorkspace();
    const log = join(mkdtempSync(join(tmpdir(), 'mtls-strace-')), 'log');
    try {
      await session.before(workspace);
      const { stdout, status, stderr } = spawnSync(
        'strace',
        [
          '-f',
          '-y',
          '-s',
          '1',
          '-e',
          `trace=${CHANGING.map((one) => `?${one}`).join(',')}`,
          '-o',
          log,
        ].concat([process.execPath, child(), workspace.root, session.name]),
        { encoding: 'utf8', maxBuffer: 1 << 26 },
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const seen = (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { calls: string[] })
        .calls;
      const made = readFileSync(log, 'utf8')
        .split('\n')
        .flatMap((line) => changeIn(line, workspace.root) ?? []);
      expect(made).toEqual(seen);
      expect(made.length).toBeGreaterThan(100);
    } finally {
      workspace.remove();
      rmSync(join(log, '..'), { recursive: true });
    }
  });
});

interface Death {
  readonly killed: boolean;
  readonly known: ReadonlyMap<string, Known>;
}

function runUntil(workspace: Workspace, session: Session, deathAt: number): Promise<Death> {
  const run = spawn(process.execPath, [child(), workspace.root, session.name, String(deathAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  run.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return new Promise((resolve) =>
    run.once('close', (_, signal) => {
      const [last = '{}'] = output
        .split('\n')
        .filter((line) => line.startsWith('{"known"'))
        .slice(-1);
      const told = (
        JSON.parse(last) as { known?: (Omit<Known, 'crl'> & { ca: string; crl: string })[] }
      ).known;
      resolve({
        killed: signal === 'SIGKILL',
        known: new Map(
          (told ?? []).map(({ ca, crl, ...rest }) => [ca, { ...rest, crl: BigInt(crl) }]),
        ),
      });
    }),
  );
}

describe('a process killed by SIGKILL at a change of a file', () => {
  it.each(SESSIONS)(
    'leaves a folder to go on with: $name',
    async (session) => {
      const workspace = makeWorkspace();
      try {
        await session.before(workspace);
        const before = workspace.image();
        const step = every(23);
        for (let at = 1; ; at += step) {
          workspace.put(before);
          const { killed, known } = await runUntil(workspace, session, at);
          if (!killed) {
            expect(at).toBeGreaterThan(100);
            break;
          }
          const image = workspace.image();
          const promises = { ...new Keeper(new Map(), image).promises(), known };
          expect({
            at,
            wrong: await whatIsWrong(workspace, image, promises, { whole: true, crlMayLack: true }),
          }).toEqual({ at, wrong: undefined });
        }
      } finally {
        workspace.remove();
      }
    },
    3_600_000,
  );
});

/** A file system in memory, of a few hundred kilobytes; undefined where none may be mounted. */
function mountSmall(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mtls-small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
  return status === 0 ? folder : undefined;
}

const small = mountSmall();

describe.skipIf(small === undefined)('a real file system', () => {
  const folder = small ?? '';
  let workspace: Workspace;
  const remount = (how: string): void => {
    expect(spawnSync('mount', ['-o', `remount,${how}`, folder]).status).toBe(0);
  };
  const COMMANDS: readonly string[] = [
    'ca init other --no-passphrase',
    'ca intermediate sub --ca dev --no-passphrase',
    'issue new.internal --ca dev --out new',
    'csr new.internal --out new',
    'renew out/old.internal.crt --ca dev',
    'revoke out/gone.internal.crt --ca dev',
    'ca crl dev --out list.pem',
    'ca passwd dev --new-passphrase-file pass',
    'ca backup dev --out dev.backup --passphrase-file pass',
    'ca restore first.backup --name again --passphrase-file pass',
    'ca import twin --cert @/.mtls/ca/dev/ca.crt --key @/.mtls/ca/dev/ca.key',
    'ca export dev --out roots.pem',
  ];
  beforeAll(async () => {
    workspace = makeWorkspace(folder);
    const { must, root } = workspace;
    await must('ca', 'init', 'dev', '--no-passphrase');
    for (const name of ['old', 'gone']) await must('issue', `${name}.internal`, '--out', 'out');
    writeFileSync(join(root, 'pass'), 'a passphrase of a test\n', { mode: 0o600 });
    await must('ca', 'backup', 'dev', '--out', 'first.backup', '--passphrase-file', 'pass');
  });
  afterAll(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Takes all the room but so many pages. */
  const fill = (pages: number): void => {
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, 'filler'), new Uint8Array(Math.max(0, bavail - pages) * bsize));
  };

  it.each(COMMANDS)('that is full: mtls %s', async (line) => {
    const { run, must, image, put } = workspace;
    const before = image();
    let failures = 0;
    try {
      for (let pages = 0; pages < 40; pages++) {
        fill(pages);
        const { exit, err } = await run(...line.split(' '));
        rmSync(join(folder, 'filler'));
        if (exit === 0) break;
        failures++;
        expect({ pages, exit, err }).toMatchObject({ exit: 4 });
        expect(err).toMatch(/can not .*: no space left on the disk \[WRITE_FAILED\]\n.*hint: /);
        await must('ca', 'audit', 'dev');
      }
      expect(failures).toBeGreaterThan(0);
      expect(failures).toBeLessThan(40);
    } finally {
      rmSync(join(folder, 'filler'), { force: true });
      put(before);
    }
  });

  it.each(COMMANDS)('that is read-only: mtls %s', async (line) => {
    const { run, must, image, put } = workspace;
    const before = image();
    remount('ro');
    try {
      const { exit, err } = await run(...line.split(' '));
      expect({ exit, err }).toMatchObject({ exit: 4 });
      expect(err).toMatch(/can not .*: the file system is read-only \[WRITE_FAILED\]\n.*hint: /);
      for (const reading of ['ca audit', 'list', 'ca show dev', 'status'])
        await must(...reading.split(' '));
    } finally {
      remount('rw');
    }
    expect(image()).toEqual(before);
    await must(...line.split(' '));
    put(before);
  });
});
