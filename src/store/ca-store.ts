// CAs in a home: made whole or not at all, opened, listed, chosen.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64, toHex } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { encodePem } from '../codec/pem.ts';
import { randomBytes } from '../crypto/random.ts';
import type { Signer } from '../crypto/sign.ts';
import type { Certificate } from '../x509/certificate.ts';
import { refuseTestFixtures } from '../x509/test-mark.ts';
import { writeFilesAtomic, type NewFile } from './atomic.ts';
import { encodeCaInfo } from './ca-info.ts';
import { makeFolder, syncFolder } from './folder.ts';
import { bestEffort, errnoOf, writeFailure } from './fs-error.ts';
import { checkHomeVersion, createHome } from './home-create.ts';
import { writeCommit } from './journal-write.ts';
import {
  caNameOk,
  caPaths,
  caPathsIn,
  isStagingName,
  parseCaName,
  stagingFolder,
  type CaName,
  type CaPaths,
  type HomePaths,
} from './layout.ts';
import { withLock, type LockOptions } from './lock.ts';
import { openStore } from './opened-store.ts';
import { pastCommits } from './past-record.ts';
import { storeReadFailure } from './store-fault.ts';
import type { CaStore, NewCa, StoreOptions } from './types.ts';

/**
 * Makes a CA: all its files and the first journal record, or nothing. The home is made when it
 * is not there. Throws CA_EXISTS, and TEST_FIXTURE for certificates whose keys anybody has.
 */
export async function createCaStore(
  home: HomePaths,
  ca: NewCa,
  options: StoreOptions & LockOptions & { readonly signer: Signer },
): Promise<CaStore> {
  const { clock, signer } = options;
  refuseTestFixtures([ca.certificate, ...ca.issuers]);
  return stageCa(home, ca.name, options, (staging) => fillFolder(staging, ca, signer, clock()));
}

/**
 * Builds a CA beside the others, and gives it its name when `fill` is done. The home is made when
 * it is not there. Throws CA_EXISTS, and what `fill` throws, with nothing left behind.
 */
export async function stageCa(
  home: HomePaths,
  name: CaName,
  options: StoreOptions & LockOptions,
  fill: (staging: CaPaths) => Promise<void>,
): Promise<CaStore> {
  createHome(home);
  const paths = caPaths(home, name);
  await withLock(home.lock, options.clock, options, async (lock) => {
    removeUnfinished(home);
    if (existsSync(paths.folder)) throw caExists(name, paths.folder);
    const staging = caPathsIn(stagingFolder(home, name, toHex(randomBytes(8))));
    let made = staging.folder;
    try {
      await fill(staging);
      lock.check();
      renameSync(staging.folder, paths.folder);
      made = paths.folder;
      syncFolder(home.cas);
    } catch (error) {
      bestEffort(() => {
        rmSync(made, { recursive: true, force: true });
      });
      if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST')
        throw caExists(name, paths.folder);
      throw writeFailure(error, paths.folder);
    }
  });
  return openStore(name, paths, options);
}

/** Under the home's lock, what is still being built belongs to nobody alive. */
function removeUnfinished(home: HomePaths): void {
  for (const entry of readdirSync(home.cas))
    if (isStagingName(entry)) rmSync(join(home.cas, entry), { recursive: true, force: true });
}

async function fillFolder(paths: CaPaths, ca: NewCa, signer: Signer, at: Date): Promise<void> {
  const { certificate, issuers, keyPem } = ca;
  for (const folder of [paths.folder, paths.journal, paths.certs]) makeFolder(folder);
  const files: NewFile[] = [
    { path: paths.info, bytes: encodeCaInfo(ca, at), mode: 0o600 },
    { path: paths.certificate, bytes: encodeChain([certificate]), mode: 0o644 },
    { path: paths.chain, bytes: encodeChain([certificate, ...issuers]), mode: 0o644 },
  ];
  if (keyPem !== undefined) files.push({ path: paths.key, bytes: keyPem, mode: 0o600 });
  writeFilesAtomic(files);
  const created = {
    type: 'created',
    at: at.toISOString(),
    name: ca.name,
    certificate: toBase64(certificate.der),
  } as const;
  const context = { signer, at, mayWrite: () => undefined };
  let end = await writeCommit(paths, undefined, [{ event: created }], context);
  for (const events of pastCommits(ca.past ?? [], at))
    end = await writeCommit(paths, end, events, context);
  // Later commits may lose the marker's new name in a power failure, not its only one.
  syncFolder(paths.journal);
}

function encodeChain(certificates: readonly Certificate[]): string {
  return certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
}

/** Opens a CA. Throws CA_NOT_FOUND, STORE_VERSION, STORE_CORRUPT. */
export function openCaStore(home: HomePaths, name: CaName, options: StoreOptions): CaStore {
  checkHomeVersion(home);
  const paths = caPaths(home, name);
  if (!isCa(paths)) throw caNotFound(home, name);
  return openStore(name, paths, options);
}

/** Names of the CAs in a home, in alphabetical order; none when there is no home. */
export function listCas(home: HomePaths): readonly CaName[] {
  let entries: readonly string[];
  try {
    entries = readdirSync(home.cas);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw storeReadFailure(error, home.cas, 'the home');
  }
  return entries
    .filter(caNameOk)
    .filter((name) => isCa(caPaths(home, name)))
    .sort();
}

/** A folder that can not be looked into may be a CA: to pass over it would deny that it exists. */
function isCa(paths: CaPaths): boolean {
  try {
    return statSync(paths.info, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return false;
    throw storeReadFailure(error, paths.folder, 'the CA');
  }
}

/**
 * The CA that is meant: the one named, or the only one.
 *
 * @param naming how a command line names a CA, for the hint
 * @throws MtlsError CA_NOT_FOUND, or CA_AMBIGUOUS with the names to choose from.
 */
export function chooseCa(
  home: HomePaths,
  name: string | undefined,
  naming: (name: CaName) => string = (one) => `--ca ${one}`,
): CaName {
  if (name !== undefined) return parseCaName(name);
  const names = listCas(home);
  const [only] = names;
  if (only === undefined) throw noCa(home);
  if (names.length === 1) return only;
  throw new MtlsError('CA_AMBIGUOUS', `there are several CAs: ${names.join(', ')}`, {
    hint: `say which one, as in: ${naming(only)}`,
    data: { home: home.root, names },
  });
}

function noCa(home: HomePaths): MtlsError {
  return new MtlsError('CA_NOT_FOUND', `there is no CA in ${quoteForeign(home.root)}`, {
    hint: 'make one with "mtls ca init", or name another home with --home',
    data: { home: home.root },
  });
}

function caNotFound(home: HomePaths, name: CaName): MtlsError {
  const names = listCas(home);
  if (names.length === 0) return noCa(home);
  return new MtlsError('CA_NOT_FOUND', `there is no CA ${quoteForeign(name)} in the home`, {
    hint: `there is ${names.join(', ')}; the home is ${quoteForeign(home.root)}`,
    data: { home: home.root, name, names },
  });
}

/** The home has a CA of this name. */
export function caExists(name: CaName, path: string): MtlsError {
  return new MtlsError('CA_EXISTS', `there is a CA ${quoteForeign(name)} already`, {
    hint: `choose another name, or look at it with "mtls ca show ${name}"`,
    data: { name, path },
  });
}
