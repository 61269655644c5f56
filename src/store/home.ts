// Which folder is the home, and making it.
import { MtlsError } from '../base/errors.ts';
import type { HomePaths } from './layout.ts';

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

/** Finds the home. Throws HOME_UNSAFE, or HOME_NOT_FOUND for a user without a home folder. */
export function findHome(query: HomeQuery): FoundHome {
  void query;
  throw new MtlsError('INTERNAL', 'not written yet');
}

/** Makes a home, or completes it. Throws STORE_VERSION when a newer program wrote it. */
export function createHome(home: HomePaths): void {
  void home;
  throw new MtlsError('INTERNAL', 'not written yet');
}
