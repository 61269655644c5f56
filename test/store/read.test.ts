import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBoundedFile } from '../../src/store/read.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { isRoot, onPosix } from './support.ts';

const BOUNDS = { max: 1000 };
const text = (path: string, bounds = BOUNDS): string =>
  Buffer.from(readBoundedFile(path, bounds)).toString();

describe('readBoundedFile', () => {
  it('reads a file whole, up to the limit and not beyond', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, 'x'.repeat(1000));
    expect(text(path)).toBe('x'.repeat(1000));
    writeFileSync(path, 'x'.repeat(1001));
    expect(thrown(() => text(path))).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('reads a file of many pieces', () => {
    const path = join(temporaryFolder(), 'a');
    const bytes = Buffer.alloc(300_000, 'abc');
    writeFileSync(path, bytes);
    expect(text(path, { max: 1_000_000 })).toBe(bytes.toString());
  });

  const inFolder = (fill: (folder: string) => void, name = 'a') => ({ fill, name });
  const nothing = (): void => undefined;
  const aFile = (folder: string): void => {
    writeFileSync(join(folder, 'a'), 'x');
  };

  it.each([
    ['missing', 'FILE_NOT_FOUND', inFolder(nothing)],
    ['below a file', 'FILE_NOT_FOUND', inFolder(aFile, 'a/b')],
    ['named with a NUL', 'FILE_UNREADABLE', inFolder(aFile, 'a\0b')],
    ['named too long', 'FILE_UNREADABLE', inFolder(nothing, 'x'.repeat(300))],
    [
      'empty',
      'FILE_EMPTY',
      inFolder((folder) => {
        writeFileSync(join(folder, 'a'), '');
      }),
    ],
    [
      'a folder',
      'FILE_IS_FOLDER',
      inFolder((folder) => {
        mkdirSync(join(folder, 'a'));
      }),
    ],
    [
      'a circle of links',
      'FILE_UNREADABLE',
      inFolder((folder) => {
        symlinkSync('a', join(folder, 'a'));
      }),
    ],
    [
      'a link to nowhere',
      'FILE_NOT_FOUND',
      inFolder((folder) => {
        symlinkSync('gone', join(folder, 'a'));
      }),
    ],
  ])('refuses what is %s', (_kind, code, { fill, name }) => {
    const folder = temporaryFolder();
    fill(folder);
    const error = thrown(() => text(join(folder, name)));
    expect(error.code).toBe(code);
    expect(error.hint).toBeTruthy();
    expect(error.message).not.toContain('\0');
  });

  it('refuses a sparse file of 1 GB at once', () => {
    const path = join(temporaryFolder(), 'a');
    writeFileSync(path, '');
    truncateSync(path, 1024 ** 3);
    const begun = performance.now();
    expect(thrown(() => text(path))).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('escapes a name in its message', () => {
    const error = thrown(() => text(join(temporaryFolder(), 'a\x1b[2Jb\n')));
    expect(error.message).toContain('a\\x1b[2Jb\\n');
  });

  describe.skipIf(!onPosix)('where there are pipes and devices', () => {
    it('does not wait at a pipe without a writer', () => {
      const path = join(temporaryFolder(), 'pipe');
      execFileSync('mkfifo', [path]);
      expect(thrown(() => text(path))).toMatchObject({ code: 'FILE_EMPTY' });
    });

    it('reads a pipe that is being written to', async () => {
      const path = join(temporaryFolder(), 'pipe');
      execFileSync('mkfifo', [path]);
      const script = 'exec 3<>"$1"; printf one >&3; echo ready; sleep 0.3; printf two >&3';
      const writer = spawn('sh', ['-c', script, 'sh', path]);
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      expect(text(path)).toBe('onetwo');
    });

    it('reads a file that says it has no size', () => {
      expect(text('/proc/self/comm', BOUNDS)).not.toBe('');
    });

    it.each(['/dev/zero', '/dev/null'])('refuses the device %s', (path) => {
      expect(thrown(() => text(path))).toMatchObject({ code: 'FILE_UNREADABLE' });
    });

    it('refuses a socket', async () => {
      const path = join(temporaryFolder(), 'socket');
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      expect(thrown(() => text(path))).toMatchObject({ code: 'FILE_UNREADABLE' });
      server.close();
    });

    it.skipIf(isRoot)('says that it may not read', () => {
      const path = join(temporaryFolder(), 'a');
      writeFileSync(path, 'x');
      chmodSync(path, 0);
      const error = thrown(() => text(path));
      expect(error).toMatchObject({ code: 'FILE_UNREADABLE' });
      expect(error.message).toContain('permission denied');
    });
  });
});
