// Which folder is the home.
import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { errnoOf, refuseNul } from './fs-error.ts';
import { PROJECT_HOME, homePaths, type HomePaths } from './layout.ts';
import { storeReadFailure } from './store-fault.ts';

/** What the search for a home looks at; the program's surroundings are passed in. */
export interface HomeQuery {
  /** `--home`. */
  readonly explicit?: string | undefined;
  /** MTLS_HOME, XDG_DATA_HOME and APPDATA are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The user's home folder; absent for a user without one. */
  readonly userHome: string | undefined;
  /** Absent on Windows, where owners are not checked. */
  readonly uid: number | undefined;
  readonly platform: string;
}

export interface FoundHome extends HomePaths {
  /** How it was chosen: `--home`, MTLS_HOME, a `.mtls` upwards, or the user's data folder. */
  readonly source: 'flag' | 'env' | 'project' | 'user';
  readonly exists: boolean;
}

/**
 * Finds the home: `--home`, MTLS_HOME, the nearest `.mtls` upwards, the user's data folder.
 *
 * @throws MtlsError HOME_UNSAFE for a `.mtls` that others own or may write to; HOME_NOT_FOUND
 * for a user without a home folder.
 */
export function findHome(query: HomeQuery): FoundHome {
  if (query.explicit !== undefined && query.explicit !== '')
    return found(resolve(query.cwd, query.explicit), 'flag');
  const named = query.env['MTLS_HOME'];
  if (named !== undefined && named !== '') return found(resolve(query.cwd, named), 'env');
  const project = findProjectHome(query);
  if (project !== undefined) return found(project, 'project');
  return found(userDataFolder(query), 'user');
}

/** The home in a folder that is named. Throws HOME_NOT_FOUND for what is no folder. */
export function homeAt(root: string): HomePaths {
  return found(root, 'flag');
}

function found(root: string, source: FoundHome['source']): FoundHome {
  refuseNul(root, 'HOME_NOT_FOUND');
  const stats = folderAt(root);
  if (stats !== undefined && !stats.isDirectory())
    throw noHome(`the home ${quoteForeign(root)} is not a folder`, root);
  return { ...homePaths(root), source, exists: stats !== undefined };
}

function folderAt(root: string): Stats | undefined {
  try {
    // With throwIfNoEntry, Node 22 does not tell a missing folder from one below a file
    return statSync(root);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === 'ENOTDIR')
      throw noHome(`the home ${quoteForeign(root)} lies below a file`, root, error);
    throw storeReadFailure(error, root, 'the home');
  }
}

function noHome(message: string, path: string, cause?: unknown): MtlsError {
  return new MtlsError('HOME_NOT_FOUND', message, {
    hint: 'name a folder with --home or MTLS_HOME',
    data: { path },
    cause,
  });
}

/** Walks upwards to the user's home folder, a mount or the root, whichever comes first. */
function findProjectHome(query: HomeQuery): string | undefined {
  const end = query.userHome === undefined ? undefined : statOf(query.userHome);
  let folder = query.cwd;
  let here = statOf(folder);
  while (here !== undefined) {
    const candidate = join(folder, PROJECT_HOME);
    const entry = linkStatOf(candidate);
    if (entry !== undefined) return checkedHome(candidate, entry, query);
    const parent = dirname(folder);
    const above = parent === folder ? undefined : statOf(parent);
    if (above?.dev !== here.dev || sameEntry(here, end)) return undefined;
    folder = parent;
    here = above;
  }
  return undefined;
}

function sameEntry(a: Stats, b: Stats | undefined): boolean {
  return a.dev === b?.dev && a.ino === b.ino;
}

// What can not be looked at can not be a home either.
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function linkStatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** A link must be the user's own, and what it leads to is checked and used by its real path. */
function checkedHome(path: string, entry: Stats, query: HomeQuery): string {
  if (!entry.isSymbolicLink()) {
    checkFolder(path, entry, query.uid);
    return path;
  }
  checkOwner(path, entry, query.uid);
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw unsafe(path, 'is a symbolic link that leads nowhere', `rm ${path}`, {}, error);
  }
  checkFolder(real, statSync(real), query.uid);
  return real;
}

function checkFolder(path: string, stats: Stats, uid: number | undefined): void {
  if (!stats.isDirectory()) throw unsafe(path, 'is not a folder', undefined, {});
  checkOwner(path, stats, uid);
  if (uid !== undefined && (stats.mode & 0o022) !== 0) {
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    throw unsafe(path, `can be written to by others (mode ${mode})`, `chmod go-w ${path}`, {
      mode,
    });
  }
}

function checkOwner(path: string, stats: Stats, uid: number | undefined): void {
  if (uid === undefined || stats.uid === uid) return;
  throw unsafe(path, `belongs to another user (uid ${stats.uid}, you are ${uid})`, undefined, {
    owner: stats.uid,
    uid,
  });
}

function unsafe(
  path: string,
  what: string,
  remedy: string | undefined,
  data: Readonly<Record<string, unknown>>,
  cause?: unknown,
): MtlsError {
  const otherwise = 'pass --home to name the home that is meant';
  // A command is shown only for a path that a shell takes as it stands.
  const plain = /^[\w./+@-]+$/.test(path);
  return new MtlsError('HOME_UNSAFE', `the home ${quoteForeign(path)} ${what}`, {
    hint: remedy !== undefined && plain ? `run "${remedy}", or ${otherwise}` : otherwise,
    data: { path, ...data },
    cause,
  });
}

function userDataFolder(query: HomeQuery): string {
  const { env, platform, userHome } = query;
  if (platform === 'win32') {
    const roaming = env['APPDATA'];
    if (roaming !== undefined && roaming !== '') return join(roaming, 'mtls');
  }
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'mtls');
  if (userHome === undefined || userHome === '')
    throw new MtlsError('HOME_NOT_FOUND', 'there is no home folder to keep CAs in', {
      hint: 'name a folder with --home or MTLS_HOME',
    });
  switch (platform) {
    case 'win32':
      return join(userHome, 'AppData', 'Roaming', 'mtls');
    case 'darwin':
      return join(userHome, 'Library', 'Application Support', 'mtls');
    default:
      return join(userHome, '.local', 'share', 'mtls');
  }
}
