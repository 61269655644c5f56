// CAs of the homes at hand, for commands that name the CA to type.
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { recordOfCertificate } from '../ca/find.ts';
import { namedSigner } from '../ca/signers.ts';
import type { HomeCa } from '../diagnose/home-ca.ts';
import { findHome, type FoundHome } from '../store/home.ts';
import { listCas } from '../store/ca-store.ts';
import type { CaName } from '../store/layout.ts';
import { locateHome, openListedCa, type Reaching } from './authority.ts';

/** More records than these are not looked through for the one of a file. */
const MOST_RECORDS = 10_000;

/**
 * The CAs of the home that commands take, and of those that lie with the sources, as `mtls up`
 * leaves one; opened when first needed. A home that cannot be read has none.
 */
export async function homeCas(
  reaching: Reaching,
  sources: readonly string[] = [],
): Promise<() => readonly HomeCa[]> {
  const homes = await Promise.all(
    homesNear(reaching, sources).map(async ({ home, named }) => {
      return { home, named, signers: await signersOf(home, reaching.context.uid) };
    }),
  );
  let known: readonly HomeCa[] | undefined;
  return () => (known ??= homes.flatMap((home) => casOf(reaching, home)));
}

interface NearHome {
  readonly home: FoundHome;
  readonly named: readonly string[];
}

interface HomeAtHand extends NearHome {
  readonly signers: ReadonlySet<string>;
}

/** The CAs of a home that a program or a token signs for, where `renew` would take it at its word. */
async function signersOf(home: FoundHome, uid: number | undefined): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  if (!existsSync(home.config)) return names;
  try {
    for (const name of listCas(home)) {
      const signer = await namedSigner(home, name);
      signer?.trust(uid);
      if (signer) names.add(name);
    }
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
  }
  return names;
}

function homesNear(reaching: Reaching, sources: readonly string[]): readonly NearHome[] {
  const { context, globals } = reaching;
  const homes: NearHome[] = [];
  const add = (find: () => FoundHome, named: (home: FoundHome) => readonly string[]): void => {
    try {
      const home = find();
      if (home.exists && homes.every((one) => one.home.root !== home.root))
        homes.push({ home, named: named(home) });
    } catch (error) {
      if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    }
  };
  add(
    () => locateHome(reaching),
    ({ source }) => (source === 'flag' ? ['--home', globals.home ?? ''] : []),
  );
  const { cwd, userHome, uid, platform } = context;
  for (const source of sources) {
    const path = resolve(cwd, source);
    if (!existsSync(path)) continue;
    const folder = statSync(path).isDirectory() ? path : dirname(path);
    add(
      () => {
        const home = findHome({ env: {}, cwd: folder, userHome, uid, platform });
        if (home.source === 'project') return home;
        throw new MtlsError('HOME_NOT_FOUND', 'no home beside the source');
      },
      ({ root }) => ['--home', shortest(root, cwd)],
    );
  }
  return homes;
}

/** Below the current folder as people write it. */
function shortest(path: string, cwd: string): string {
  return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}

function casOf(reaching: Reaching, at: HomeAtHand): readonly HomeCa[] {
  try {
    return listCas(at.home).flatMap((name) => {
      const ca = caOf(reaching, at, name);
      return ca ? [ca] : [];
    });
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return [];
    throw error;
  }
}

function caOf(
  reaching: Reaching,
  { home, named, signers }: HomeAtHand,
  name: CaName,
): HomeCa | undefined {
  try {
    const { store, path } = openListedCa(reaching, home, name);
    const { cwd } = reaching.context;
    return {
      name,
      home: named,
      path,
      signs: store.keyState() !== 'missing' || signers.has(name),
      renews: (certificate, file) => {
        const record = recordOfCertificate(store, certificate);
        const at = resolve(cwd, file);
        return (
          record !== undefined &&
          record.revoked === undefined &&
          record.outputs.some(({ kind, path: out }) => kind === 'certificate' && out === at)
        );
      },
      issuedInto: (file) => {
        const at = resolve(cwd, file);
        let found: string | undefined;
        let looked = 0;
        for (const record of store.records({})) {
          if (++looked > MOST_RECORDS) return undefined;
          if (record.revoked === undefined && record.outputs.some(({ path: out }) => out === at))
            found = record.serial;
        }
        return found;
      },
    };
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}
