import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Fs from 'node:fs';
import {
  refuseTaken,
  stageFiles,
  writeFileAtomic,
  writeFilesAtomic,
} from '../../src/store/atomic.ts';
import { makeFolder } from '../../src/store/folder.ts';
import { bundledScript } from '../support/child.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { isRoot, onPosix } from './support.ts';

/** What the next calls of a function of node:fs throw, by the path that they are given. */
const faults = vi.hoisted(() => ({
  link: undefined as string | undefined,
  rename: undefined as string | undefined,
  renameTo: '',
  fsync: undefined as string | undefined,
  write: undefined as string | undefined,
  short: false,
}));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const fail = (code: string): never => {
    throw Object.assign(new Error(`${code}: injected`), { code });
  };
  return {
    ...fs,
    linkSync: (from: string, to: string) => {
      if (faults.link !== undefined) fail(faults.link);
      fs.linkSync(from, to);
    },
    renameSync: (from: string, to: string) => {
      if (faults.rename !== undefined && to.endsWith(faults.renameTo)) fail(faults.rename);
      fs.renameSync(from, to);
    },
    fsyncSync: (fd: number) => {
      if (faults.fsync !== undefined) fail(faults.fsync);
      fs.fsyncSync(fd);
    },
    writeSync: (fd: number, bytes: Uint8Array, offset: number, length: number, at: number) => {
      if (faults.write !== undefined) fail(faults.write);
      return fs.writeSync(fd, bytes, offset, faults.short ? 1 : length, at);
    },
  };
});

afterEach(() => {
  Object.assign(faults, {
    link: undefined,
    rename: undefined,
    renameTo: '',
    fsync: undefined,
    write: undefined,
    short: false,
  });
});

const mode = (path: string): number => statSync(path).mode & 0o777;
const content = (path: string): string => readFileSync(path, 'utf8');

describe('writeFileAtomic', () => {
  it('writes a file with its mode and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    writeFileAtomic({ path: join(folder, 'a.key'), bytes: 'secret', mode: 0o600 });
    writeFileAtomic({ path: join(folder, 'a.crt'), bytes: Buffer.from('open'), mode: 0o644 });
    expect(content(join(folder, 'a.key'))).toBe('secret');
    expect(content(join(folder, 'a.crt'))).toBe('open');
    expect(readdirSync(folder)).toEqual(['a.crt', 'a.key']);
    expect(mode(join(folder, 'a.key'))).toBe(0o600);
    expect(mode(join(folder, 'a.crt'))).toBe(0o644);
  });

  it('keeps what is there unless forced', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, 'old');
    const error = thrown(() => {
      writeFileAtomic({ path, bytes: 'new', mode: 0o644 });
    });
    expect(error).toMatchObject({ code: 'FILE_EXISTS', data: { paths: [path] } });
    expect(error.hint).toContain('--force');
    expect(content(path)).toBe('old');
    writeFileAtomic({ path, bytes: 'new', mode: 0o600 }, { force: true });
    expect(content(path)).toBe('new');
    expect(mode(path)).toBe(0o600);
  });

  it('replaces a link itself, and never writes through it', () => {
    const folder = temporaryFolder();
    const [target, path] = [join(folder, 'target'), join(folder, 'link')];
    writeFileSync(target, 'theirs');
    symlinkSync(target, path);
    expect(
      thrown(() => {
        writeFileAtomic({ path, bytes: 'ours', mode: 0o600 });
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    writeFileAtomic({ path, bytes: 'ours', mode: 0o600 }, { force: true });
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
    expect(content(path)).toBe('ours');
    expect(content(target)).toBe('theirs');
  });

  it('lets a shared file of the same content be, before and behind its staging', () => {
    const path = join(temporaryFolder(), 'ca.crt');
    const shared = { path, bytes: 'roots', mode: 0o644, shared: true };
    const staged = [stageFiles([shared]), stageFiles([shared])];
    for (const one of staged) one.publish();
    writeFileAtomic(shared);
    expect(readdirSync(join(path, '..'))).toEqual(['ca.crt']);

    const late = stageFiles([{ ...shared, bytes: 'other' }], { force: true });
    late.publish();
    expect(content(path)).toBe('other');
    expect(
      thrown(() => {
        writeFileAtomic(shared);
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    expect(content(path)).toBe('other');
  });

  it('takes no link for a shared file, whatever it leads to', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'ca.crt');
    writeFileSync(join(folder, 'target'), 'roots');
    symlinkSync('target', path);
    expect(
      thrown(() => {
        writeFileAtomic({ path, bytes: 'roots', mode: 0o644, shared: true });
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
  });

  it.skipIf(!onPosix)('puts no file in the place of a pipe or a device, even when forced', () => {
    const folder = temporaryFolder();
    const [pipe, link] = [join(folder, 'pipe'), join(folder, 'null')];
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/null', link);
    for (const path of [pipe, link, '/dev/null'])
      for (const force of [false, true]) {
        // Looked at by refusing alone: whoever is root could do it
        const refuse = () => {
          refuseTaken([path], { force });
        };
        expect(thrown(refuse)).toMatchObject({
          code: 'WRITE_FAILED',
          message: expect.stringMatching(/is a (?:pipe|device), not a file$/) as unknown,
        });
      }
    expect(() => {
      writeFileAtomic({ path: pipe, bytes: 'x', mode: 0o600 }, { force: true });
    }).toThrow('is a pipe');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('takes a link to nowhere for something that is there', () => {
    const path = join(temporaryFolder(), 'link');
    symlinkSync('nowhere', path);
    expect(
      thrown(() => {
        writeFileAtomic({ path, bytes: 'x', mode: 0o600 });
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    expect(readlinkSync(path)).toBe('nowhere');
  });

  it.each([
    ['a folder', 'FILE_IS_FOLDER', (folder: string) => folder],
    ['in a folder that is missing', 'WRITE_FAILED', (folder: string) => join(folder, 'b', 'c')],
    ['named too long', 'WRITE_FAILED', (folder: string) => join(folder, 'x'.repeat(256))],
    ['named with a NUL', 'WRITE_FAILED', (folder: string) => join(folder, 'a\0b')],
  ] as const)('refuses a path that is %s', (_what, code, pathIn) => {
    const folder = temporaryFolder();
    for (const force of [false, true]) {
      const error = thrown(() => {
        writeFileAtomic({ path: pathIn(folder), bytes: 'x', mode: 0o600 }, { force });
      });
      expect(error.code).toBe(code);
      expect(error.hint).toBeTruthy();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes a name of 255 octets', () => {
    const path = join(temporaryFolder(), 'x'.repeat(255));
    writeFileAtomic({ path, bytes: 'x', mode: 0o600 });
    expect(content(path)).toBe('x');
  });

  it('goes on where one call writes only a part', () => {
    const path = join(temporaryFolder(), 'a');
    faults.short = true;
    writeFileAtomic({ path, bytes: 'whole', mode: 0o600 });
    expect(content(path)).toBe('whole');
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO'])('leaves nothing behind after %s', (code) => {
    const folder = temporaryFolder();
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    for (const call of ['write', 'fsync'] as const) {
      faults[call] = code;
      const error = thrown(() => {
        writeFileAtomic({ path, bytes: 'new', mode: 0o600 }, { force: true });
      });
      faults[call] = undefined;
      expect(error).toMatchObject({ code: 'WRITE_FAILED', data: { errno: code } });
      expect(readdirSync(folder)).toEqual(['a']);
      expect(content(path)).toBe('old');
    }
  });

  it('keeps what is there on a file system without hard links', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a');
    faults.link = 'EPERM';
    writeFileAtomic({ path, bytes: 'one', mode: 0o640 });
    expect(content(path)).toBe('one');
    expect(mode(path)).toBe(0o640);
    expect(
      thrown(() => {
        writeFileAtomic({ path, bytes: 'two', mode: 0o640 });
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it.skipIf(!onPosix || isRoot)('names the folder that it may not write to', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    const error = thrown(() => {
      writeFileAtomic({ path: join(folder, 'a'), bytes: 'x', mode: 0o600 });
    });
    expect(error).toMatchObject({ code: 'WRITE_FAILED' });
    expect(error.message).toContain('permission denied');
    chmodSync(folder, 0o700);
  });
});

describe('writeFilesAtomic', () => {
  const three = (folder: string) =>
    ['a', 'b', 'c'].map((name) => ({ path: join(folder, name), bytes: name, mode: 0o600 }));

  it('names all that is in the way, before it writes anything', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'b'), 'old');
    writeFileSync(join(folder, 'c'), 'old');
    const error = thrown(() => {
      writeFilesAtomic(three(folder));
    });
    expect(error).toMatchObject({
      code: 'FILE_EXISTS',
      data: { paths: [join(folder, 'b'), join(folder, 'c')] },
    });
    expect(readdirSync(folder)).toEqual(['b', 'c']);
  });

  it('refuses one name for two files', () => {
    const folder = temporaryFolder();
    const files = [
      ...three(folder),
      { path: join(folder, 'x', '..', 'a'), bytes: '', mode: 0o600 },
    ];
    expect(
      thrown(() => {
        writeFilesAtomic(files);
      }),
    ).toMatchObject({ code: 'BAD_OPTION' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes all of them back when one gets no name', () => {
    const folder = temporaryFolder();
    const staged = stageFiles(three(folder));
    // Another process is quicker with the last.
    writeFileSync(join(folder, 'c'), 'theirs');
    expect(
      thrown(() => {
        staged.publish();
      }),
    ).toMatchObject({ code: 'FILE_EXISTS' });
    expect(readdirSync(folder)).toEqual(['c']);
    expect(content(join(folder, 'c'))).toBe('theirs');
  });

  it('brings the old ones back when one can not be replaced', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'old a');
    symlinkSync('elsewhere', join(folder, 'b'));
    const staged = stageFiles(
      [...three(folder), { path: join(folder, 'd'), bytes: 'd', mode: 0o600 }],
      { force: true },
    );
    Object.assign(faults, { rename: 'EIO', renameTo: '/d' });
    expect(
      thrown(() => {
        staged.publish();
      }),
    ).toMatchObject({ code: 'WRITE_FAILED' });
    expect(readdirSync(folder)).toEqual(['a', 'b']);
    expect(content(join(folder, 'a'))).toBe('old a');
    expect(readlinkSync(join(folder, 'b'))).toBe('elsewhere');
  });

  it('replaces a set and leaves no second names', () => {
    const folder = temporaryFolder();
    writeFilesAtomic(three(folder));
    linkSync(join(folder, 'a'), join(folder, 'kept'));
    writeFilesAtomic(
      three(folder).map((file) => ({ ...file, bytes: 'new' })),
      { force: true },
    );
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c', 'kept']);
    expect(content(join(folder, 'a'))).toBe('new');
    expect(content(join(folder, 'kept'))).toBe('a');
  });

  it('leaves nothing of files that were staged and given up', () => {
    const folder = temporaryFolder();
    const staged = stageFiles(three(folder));
    expect(readdirSync(folder)).toHaveLength(3);
    staged.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('makeFolder', () => {
  it('makes all that is missing, and leaves alone what is there', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    makeFolder(join(folder, 'a', 'b', 'c'));
    for (const made of ['a', 'a/b', 'a/b/c']) expect(mode(join(folder, made))).toBe(0o700);
    expect(mode(folder)).toBe(0o755);
    makeFolder(join(folder, 'a'));
  });

  it('goes through a link to a folder, and not through one to nowhere', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    makeFolder(join(folder, 'link', 'x'));
    expect(mode(join(folder, 'real', 'x'))).toBe(0o700);
    symlinkSync('nowhere', join(folder, 'dangling'));
    for (const path of [join(folder, 'dangling'), join(folder, 'dangling', 'x')])
      expect(
        thrown(() => {
          makeFolder(path);
        }),
      ).toMatchObject({ code: 'WRITE_FAILED' });
  });

  it('refuses to go through a file', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file', 'x')])
      expect(
        thrown(() => {
          makeFolder(path);
        }),
      ).toMatchObject({ code: 'WRITE_FAILED' });
  });
});

describe.skipIf(!onPosix)('under any umask', () => {
  const script = bundledScript('umask-child.ts', import.meta.url);

  it.each([0o000, 0o022, 0o077, 0o277, 0o777])('modes are what was asked for: %o', (umask) => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    chmodSync(join(script(), '..'), 0o755);
    // Without root's rights, a folder of mode 0000 would stop the work.
    const rights = isRoot ? { uid: 65534, gid: 65534 } : {};
    const { status, stderr } = spawnSync(process.execPath, [script(), folder, String(umask)], {
      encoding: 'utf8',
      ...rights,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(mode(join(folder, 'home'))).toBe(0o700);
    expect(mode(join(folder, 'home', 'inner'))).toBe(0o700);
    expect(mode(join(folder, 'home', 'inner', 'a.key'))).toBe(0o600);
    expect(mode(join(folder, 'home', 'inner', 'a.crt'))).toBe(0o644);
    expect(mode(join(folder, 'home', 'inner', 'b.key'))).toBe(0o640);
  });
});
