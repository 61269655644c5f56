import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findHome, type HomeQuery } from '../../src/store/home.ts';
import { checkHomeVersion, createHome } from '../../src/store/home-create.ts';
import { homePaths } from '../../src/store/layout.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { isRoot, onPosix } from './support.ts';

const uid = process.getuid?.();

/** A user's home folder with a project some folders deep. */
function surroundings(): { user: string; project: string; deep: string; query: HomeQuery } {
  const user = join(temporaryFolder(), 'user');
  const project = join(user, 'work', 'project');
  const deep = join(project, 'src', 'deep');
  mkdirSync(deep, { recursive: true });
  const query = { env: {}, cwd: deep, userHome: user, uid, platform: 'linux' };
  return { user, project, deep, query };
}

function plant(folder: string, mode = 0o700): string {
  const home = join(folder, '.mtls');
  mkdirSync(home);
  chmodSync(home, mode);
  return home;
}

describe('findHome', () => {
  it('goes by --home, then MTLS_HOME, then the nearest .mtls upwards, then the data folder', () => {
    const { user, project, deep, query } = surroundings();
    const env = { MTLS_HOME: 'named' };
    const found = (changes: Partial<HomeQuery>) => {
      const { root, source, exists } = findHome({ ...query, ...changes });
      return { root, source, exists };
    };
    const data = join(user, '.local', 'share', 'mtls');
    expect(found({})).toEqual({ root: data, source: 'user', exists: false });
    const far = plant(user);
    expect(found({})).toEqual({ root: far, source: 'project', exists: true });
    const near = plant(project);
    expect(found({})).toEqual({ root: near, source: 'project', exists: true });
    expect(found({ env })).toEqual({ root: join(deep, 'named'), source: 'env', exists: false });
    expect(found({ env, explicit: '/x' })).toEqual({ root: '/x', source: 'flag', exists: false });
    expect(found({ env: { MTLS_HOME: '' } }).source).toBe('project');
  });

  it('does not look above the user’s home folder', () => {
    const { user, query } = surroundings();
    plant(join(user, '..'));
    expect(findHome(query).source).toBe('user');
    expect(findHome({ ...query, userHome: undefined }).source).toBe('project');
  });

  it.each([
    ['linux', { XDG_DATA_HOME: '/xdg' }, '/xdg/mtls'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/u/.local/share/mtls'],
    ['linux', {}, '/u/.local/share/mtls'],
    ['darwin', {}, '/u/Library/Application Support/mtls'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/mtls'],
    ['win32', {}, '/u/AppData/Roaming/mtls'],
  ])('knows the data folder of %s with %j', (platform, env, expected) => {
    const { query } = surroundings();
    expect(findHome({ ...query, platform, env, userHome: '/u' }).root).toBe(expected);
  });

  it('says so when there is no home folder', () => {
    const { query } = surroundings();
    const error = thrown(() => findHome({ ...query, userHome: undefined }));
    expect(error).toMatchObject({ code: 'HOME_NOT_FOUND' });
    expect(error.hint).toContain('--home');
  });

  it('refuses a home that is a file', () => {
    const { project, query } = surroundings();
    writeFileSync(join(project, '.mtls'), '');
    expect(thrown(() => findHome(query))).toMatchObject({ code: 'HOME_UNSAFE' });
    const explicit = join(project, '.mtls');
    expect(thrown(() => findHome({ ...query, explicit }))).toMatchObject({
      code: 'HOME_NOT_FOUND',
    });
  });

  describe.skipIf(!onPosix)('refuses a .mtls that was planted', () => {
    it.each([0o770, 0o702, 0o777, 0o1777])('writable by others: %o', (mode) => {
      const { project, query } = surroundings();
      const home = plant(project, mode);
      const error = thrown(() => findHome(query));
      expect(error).toMatchObject({ code: 'HOME_UNSAFE' });
      expect(error.message).toContain(mode.toString(8).padStart(4, '0'));
      expect(error.hint).toContain(`chmod go-w ${home}`);
      expect(error.hint).toContain('--home');
    });

    it('takes one that others may only read', () => {
      const { project, query } = surroundings();
      plant(project, 0o755);
      expect(findHome(query).source).toBe('project');
    });

    it('shows no command for a path that a shell would take apart', () => {
      const { query } = surroundings();
      const cwd = join(query.cwd, 'a $(b)');
      mkdirSync(cwd);
      plant(cwd, 0o777);
      expect(thrown(() => findHome({ ...query, cwd })).hint).not.toContain('chmod');
    });

    it('of another user', () => {
      const { project, query } = surroundings();
      plant(project);
      const error = thrown(() => findHome({ ...query, uid: Number(uid) + 1 }));
      expect(error).toMatchObject({ code: 'HOME_UNSAFE', data: { owner: uid } });
      expect(error.message).toContain(`uid ${String(uid)}`);
    });

    it.skipIf(!isRoot)('of another user, really', () => {
      const { project, query } = surroundings();
      chownSync(plant(project), 65534, 65534);
      expect(thrown(() => findHome(query))).toMatchObject({
        code: 'HOME_UNSAFE',
        data: { owner: 65534 },
      });
    });
  });

  describe.skipIf(!onPosix)('a .mtls that is a link', () => {
    it('is used by its real path when both are the user’s own', () => {
      const { user, project, query } = surroundings();
      mkdirSync(join(user, 'elsewhere'), { mode: 0o700 });
      symlinkSync(join(user, 'elsewhere'), join(project, '.mtls'));
      expect(findHome(query)).toMatchObject({ root: join(user, 'elsewhere'), source: 'project' });
    });

    it('is refused when it leads to a folder that others may write to', () => {
      const { user, project, query } = surroundings();
      mkdirSync(join(user, 'elsewhere'));
      chmodSync(join(user, 'elsewhere'), 0o777);
      symlinkSync(join(user, 'elsewhere'), join(project, '.mtls'));
      expect(thrown(() => findHome(query))).toMatchObject({ code: 'HOME_UNSAFE' });
    });

    it('is refused when it leads nowhere', () => {
      const { project, query } = surroundings();
      symlinkSync('nowhere', join(project, '.mtls'));
      expect(thrown(() => findHome(query))).toMatchObject({ code: 'HOME_UNSAFE' });
    });

    it.skipIf(!isRoot)('is refused when another user made it', () => {
      const { user, project, query } = surroundings();
      mkdirSync(join(user, 'elsewhere'), { mode: 0o700 });
      symlinkSync(join(user, 'elsewhere'), join(project, '.mtls'));
      lchownSync(join(project, '.mtls'), 65534, 65534);
      expect(thrown(() => findHome(query))).toMatchObject({ code: 'HOME_UNSAFE' });
    });
  });

  it('ends at a mount', ({ skip }) => {
    const { project, deep, query } = surroundings();
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', deep]).status !== 0) skip('can not mount');
    onTestFinished(() => void spawnSync('umount', [deep]));
    plant(project);
    expect(findHome(query).source).toBe('user');
    const inside = plant(deep);
    expect(findHome(query).root).toBe(inside);
  });
});

describe('createHome', () => {
  it('makes a project’s home that hides itself from git', () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    createHome(home);
    expect(readdirSync(home.root)).toEqual(['.gitignore', 'ca', 'version']);
    expect(readFileSync(home.gitignore, 'utf8')).toMatch(/^\*$/m);
    expect(readFileSync(home.version, 'utf8')).toBe('1\n');
    if (onPosix) {
      expect(statSync(home.root).mode & 0o777).toBe(0o700);
      expect(statSync(home.cas).mode & 0o777).toBe(0o700);
    }
  });

  it('adds no .gitignore to a home of another name', () => {
    const home = homePaths(join(temporaryFolder(), 'pki'));
    createHome(home);
    expect(existsSync(home.gitignore)).toBe(false);
  });

  it('completes what is there, and keeps it', () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    mkdirSync(home.root);
    writeFileSync(home.gitignore, 'mine');
    createHome(home);
    createHome(home);
    expect(readFileSync(home.gitignore, 'utf8')).toBe('mine');
  });

  it('leaves a home of a newer format alone', () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    mkdirSync(home.root);
    writeFileSync(home.version, '2\n');
    for (const use of [createHome, checkHomeVersion])
      expect(
        thrown(() => {
          use(home);
        }),
      ).toMatchObject({ code: 'STORE_VERSION', data: { version: 2 } });
    expect(readdirSync(home.root)).toEqual(['version']);
    writeFileSync(home.version, 'one\n');
    expect(
      thrown(() => {
        checkHomeVersion(home);
      }),
    ).toMatchObject({ code: 'STORE_CORRUPT' });
  });
});
