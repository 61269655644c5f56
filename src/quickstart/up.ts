// `up`: a CA, a server and a client in one folder, proven by a mutual handshake.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorityOf, unlock, type Authority, type Passphrase } from '../ca/authority.ts';
import { createRoot } from '../ca/create.ts';
import { deliveryIn } from '../ca/deliver.ts';
import { issue } from '../ca/issue.ts';
import { toHex } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { encodeBundle } from '../codec/bundle.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import { randomBytes } from '../crypto/random.ts';
import { dnOf } from '../name/dn-text.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { checkNameConstraints } from '../name/constraints.ts';
import { isSpiffeName } from '../profile/names.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { proveMutualHandshake, type HandshakeProof } from '../probe/handshake.ts';
import { refuseTaken, writeFileAtomic } from '../store/atomic.ts';
import { listCas, openCaStore } from '../store/ca-store.ts';
import { homePaths, parseCaName } from '../store/layout.ts';
import type { LockOptions } from '../store/lock.ts';
import type { Certificate } from '../x509/certificate.ts';
import { boundsOf, CLIENT_NAME, serverNames } from './names.ts';
import {
  earlierFor,
  judgePair,
  rootsWanted,
  type PairState,
  type Role,
  type WantedPair,
} from './state.ts';

/** The CA of a folder that `up` made. */
export const UP_CA = 'dev';

export interface UpOptions {
  /** Absolute. */
  readonly folder: string;
  /** The home within it, as the store names it. */
  readonly home: string;
  /** Beyond this machine's own; none: those of the certificate that is there, if there is one. */
  readonly names: readonly GeneralName[];
  readonly keyType?: KeyType | undefined;
  /** Lifetime of the two certificates, in milliseconds. */
  readonly ttl?: number | undefined;
  /** Replaces files that this command did not make. */
  readonly force?: boolean | undefined;
  /** For a CA key that was encrypted since. */
  readonly passphrase?: Passphrase | undefined;
  readonly clock: Clock;
  readonly lock?: LockOptions | undefined;
}

export interface UpPart {
  readonly role: Role;
  readonly certificate: Certificate;
  /** Why it was issued anew, or undefined where the one before is still good. */
  readonly made: string | undefined;
}

export interface UpResult {
  readonly authority: Authority;
  readonly createdCa: boolean;
  /** Whether ca.crt was missing or broken. */
  readonly wroteRoots: boolean;
  readonly parts: readonly UpPart[];
  readonly proof: HandshakeProof;
}

/**
 * Makes what is missing or due in a folder, leaves what is good, and proves the whole. Throws
 * FILE_EXISTS for files of somebody else's and NAME_NOT_PERMITTED where the folder's CA is
 * bounded to other names, both before anything is made; HANDSHAKE_FAILED.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const { folder } = options;
  const present = presentAuthority(options);
  const { names, pairs, writeRoots } = present ? look(present, options) : afresh(options);

  const authority = present ?? (await createAuthority(options, names));
  const { roots } = deliveryIn(folder, 'server');
  if (writeRoots)
    writeFileAtomic(
      { path: roots, bytes: encodeBundle([authority.root]), mode: 0o644 },
      { force: existsSync(roots) },
    );
  const parts: UpPart[] = [];
  for (const pair of pairs) parts.push(await part(pair, authority, options));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const end = (role: Role) => ({
    certificate: read(`${role}.crt`),
    key: read(`${role}.key`),
    roots: read('ca.crt'),
  });
  const proof = await proveMutualHandshake(end('server'), end('client'), 'localhost');
  return { authority, createdCa: present === undefined, wroteRoots: writeRoots, parts, proof };
}

/** What there is to do. */
interface Work {
  /** The server's. */
  readonly names: readonly GeneralName[];
  readonly pairs: readonly (WantedPair & { readonly state: PairState })[];
  readonly writeRoots: boolean;
}

function wantedPairs(
  { folder, keyType, ttl }: Pick<UpOptions, 'folder' | 'keyType' | 'ttl'>,
  names: readonly GeneralName[],
): readonly WantedPair[] {
  const pair = (role: Role, of: readonly GeneralName[]): WantedPair => ({
    role,
    names: of,
    paths: deliveryIn(folder, role),
    keyType,
    ttl,
  });
  return [pair('server', names), pair('client', [CLIENT_NAME])];
}

/** Where there is no CA yet, no file is of its making. */
function afresh({ folder, force = false, ...options }: UpOptions): Work {
  const names = serverNames(options.names);
  const pairs = wantedPairs({ folder, ...options }, names);
  const files = pairs.flatMap(({ paths }) => [paths.certificate, paths.key, paths.roots]);
  refuseTaken([...new Set(files)], { force });
  const state: PairState = { made: 'new', replaces: undefined };
  return { names, pairs: pairs.map((pair) => ({ ...pair, state })), writeRoots: true };
}

function look(authority: Authority, { folder, force = false, ...options }: UpOptions): Work {
  const earlier = {
    server: earlierFor(authority, deliveryIn(folder, 'server')),
    client: earlierFor(authority, deliveryIn(folder, 'client')),
  };
  const names = wantedNames(options.names, earlier.server.certificates());
  checkBounds(authority, names);
  const how = { now: options.clock(), force };
  const pairs = wantedPairs({ folder, ...options }, names).map((pair) => ({
    ...pair,
    state: judgePair(pair, authority, earlier[pair.role], how),
  }));
  const { roots } = deliveryIn(folder, 'server');
  return { names, pairs, writeRoots: rootsWanted(roots, authority, force) };
}

/** Whoever names nobody means the names that are served already. */
function wantedNames(
  given: readonly GeneralName[],
  before: Iterable<Certificate>,
): readonly GeneralName[] {
  if (given.length > 0) return serverNames(given);
  for (const certificate of before) return serverNames(certificate.names);
  return serverNames([]);
}

function presentAuthority({ home, clock }: UpOptions): Authority | undefined {
  const paths = homePaths(home);
  const name = parseCaName(UP_CA);
  if (!listCas(paths).includes(name)) return undefined;
  return authorityOf(openCaStore(paths, name, { clock }));
}

async function createAuthority(
  { home, keyType, clock, lock }: UpOptions,
  names: readonly GeneralName[],
): Promise<Authority> {
  const { authority } = await createRoot({
    home: homePaths(home),
    name: parseCaName(UP_CA),
    request: {
      // Roots of one name and different keys confuse whoever trusts both
      subject: dnOf('CN', `mtls dev CA ${toHex(randomBytes(3))}`),
      keyType,
      pathLength: 0,
      constraints: boundsOf(names),
    },
    clock,
    lock,
  });
  return authority;
}

function checkBounds({ certificate }: Authority, names: readonly GeneralName[]): void {
  const { nameConstraints } = certificate;
  if (!nameConstraints) return;
  const subject = { rdns: [] };
  const budget = { spend: () => undefined };
  const beyond = names.filter((name) =>
    checkNameConstraints(nameConstraints, { names: [name], subject }, budget),
  );
  if (beyond.length > 0)
    throw new MtlsError(
      'NAME_NOT_PERMITTED',
      `the CA of this folder may not vouch for ${beyond.map(formatGeneralName).join(', ')}: it is bounded to the names it was made for`,
      { hint: 'choose another folder for these names, or remove this one and run it again' },
    );
}

async function part(
  { role, names, paths, state }: Work['pairs'][number],
  authority: Authority,
  options: UpOptions,
): Promise<UpPart> {
  if (state.good) return { role, certificate: state.good, made: undefined };
  const { folder, clock, lock, keyType, ttl } = options;
  const plan = resolveLeaf(
    { names, profile: profileOf(role, names), keyType, ttl },
    authority.path,
    { now: clock() },
  );
  const { certificate } = await issue(authority, unlock(authority, options.passphrase), plan, {
    clock,
    delivery: { folder, paths },
    // What was issued for these files before may be replaced
    force: options.force === true || state.replaces !== undefined,
    replaces: state.replaces,
    lock,
  });
  return { role, certificate, made: state.made };
}

function profileOf(role: Role, names: readonly GeneralName[]): LeafProfileName {
  if (role === 'client') return 'client';
  return names.some(isSpiffeName) ? 'peer' : 'server';
}
