// `up`: a CA, a server and a client in one folder, proven by a mutual handshake.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorityOf, unlock, type Authority, type Passphrase } from '../ca/authority.ts';
import { createRoot } from '../ca/create.ts';
import { deliveryIn, type FullDelivery } from '../ca/deliver.ts';
import { issue } from '../ca/issue.ts';
import { bytesEqual, toHex } from '../base/bytes.ts';
import { DAY, type Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import { randomBytes } from '../crypto/random.ts';
import { dnOf } from '../name/dn-text.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { checkNameConstraints } from '../name/constraints.ts';
import { isSpiffeName } from '../profile/names.ts';
import { resolveLeaf } from '../profile/resolve.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { proveMutualHandshake, type HandshakeProof } from '../probe/handshake.ts';
import { refuseTaken } from '../store/atomic.ts';
import { listCas, openCaStore } from '../store/ca-store.ts';
import { homePaths, parseCaName } from '../store/layout.ts';
import type { LockOptions } from '../store/lock.ts';
import { readBoundedFile } from '../store/read.ts';
import { serialText } from '../store/records.ts';
import { anchorOf } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { foreignFile } from './own-files.ts';
import { boundsOf, CLIENT_NAME, serverNames } from './names.ts';

/** The CA of a folder that `up` made. */
export const UP_CA = 'dev';

const MAX_FILE = 1024 * 1024;

export interface UpOptions {
  /** Absolute. */
  readonly folder: string;
  /** The home within it, as the store names it. */
  readonly home: string;
  /** Beyond this machine's own. */
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
  readonly role: 'server' | 'client';
  readonly certificate: Certificate;
  /** Why it was issued anew, or undefined where the one before is still good. */
  readonly made: string | undefined;
}

export interface UpResult {
  readonly authority: Authority;
  readonly createdCa: boolean;
  readonly parts: readonly UpPart[];
  readonly proof: HandshakeProof;
}

/**
 * Makes what is missing or due in a folder, leaves what is good, and proves the whole. Throws
 * NAME_NOT_PERMITTED where the folder's CA is bounded to other names, HANDSHAKE_FAILED,
 * FILE_EXISTS for files of somebody else's.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const names = serverNames(options.names);
  const { authority, created } = await authorityIn(options, names);
  const parts: UpPart[] = [];
  for (const role of ['server', 'client'] as const)
    parts.push(await part(role, role === 'server' ? names : [CLIENT_NAME], authority, options));
  const read = (name: string) => readFileSync(join(options.folder, name), 'utf8');
  const end = (role: string) => ({
    certificate: read(`${role}.crt`),
    key: read(`${role}.key`),
    roots: read('ca.crt'),
  });
  const proof = await proveMutualHandshake(end('server'), end('client'), 'localhost');
  return { authority, createdCa: created, parts, proof };
}

async function authorityIn(
  options: UpOptions,
  names: readonly GeneralName[],
): Promise<{ authority: Authority; created: boolean }> {
  const { clock, lock } = options;
  const home = homePaths(options.home);
  const name = parseCaName(UP_CA);
  if (listCas(home).includes(name)) {
    const authority = authorityOf(openCaStore(home, name, { clock }));
    checkBounds(authority, names);
    return { authority, created: false };
  }
  // A CA is not made for files that are refused next
  refuseTaken(filesIn(options.folder), { force: options.force === true });
  const { authority } = await createRoot({
    home,
    name,
    request: {
      // Roots of one name and different keys confuse whoever trusts both
      subject: dnOf('CN', `mtls dev CA ${toHex(randomBytes(3))}`),
      keyType: options.keyType,
      pathLength: 0,
      constraints: boundsOf(names),
    },
    clock,
    lock,
  });
  return { authority, created: true };
}

/** What this command makes in a folder. */
function filesIn(folder: string): readonly string[] {
  const server = deliveryIn(folder, 'server');
  const client = deliveryIn(folder, 'client');
  return [server.certificate, server.key, client.certificate, client.key, server.roots];
}

function checkBounds({ certificate }: Authority, names: readonly GeneralName[]): void {
  const { nameConstraints } = certificate;
  if (!nameConstraints) return;
  const violation = checkNameConstraints(
    nameConstraints,
    { names, subject: { rdns: [] } },
    { spend: () => undefined },
  );
  if (violation)
    throw new MtlsError(
      'NAME_NOT_PERMITTED',
      `the CA of this folder is bounded to the names it was made for: ${names.map(formatGeneralName).join(', ')} go beyond`,
      { hint: 'choose another folder for these names, or remove this one and run it again' },
    );
}

async function part(
  role: 'server' | 'client',
  names: readonly GeneralName[],
  authority: Authority,
  options: UpOptions,
): Promise<UpPart> {
  const { folder, clock } = options;
  const now = clock();
  const paths = deliveryIn(folder, role);
  const state = judge(role, names, authority, paths, now);
  if (state.good) return { role, certificate: state.good, made: undefined };
  const { record } = state;
  if (options.force !== true) checkOwn(authority, paths);
  const signer = unlock(authority, options.passphrase);
  const plan = resolveLeaf(
    {
      names,
      profile: profileOf(role, names),
      keyType: options.keyType,
      ttl: options.ttl,
    },
    authority.path,
    { now },
  );
  const issued = await issue(authority, signer, plan, {
    clock,
    delivery: { folder, paths },
    // What this CA issued here before may be replaced; what somebody else put here may not
    force: options.force === true || record !== undefined,
    replaces: record,
    lock: options.lock,
  });
  return { role, certificate: issued.certificate, made: state.reason };
}

function checkOwn(authority: Authority, paths: FullDelivery): void {
  const path = foreignFile(authority, paths);
  if (path === undefined) return;
  throw new MtlsError('FILE_EXISTS', `${quoteForeign(path)} is not of the CA in this folder`, {
    hint: 'move it away, choose another folder, or replace it with --force',
    data: { paths: [path] },
  });
}

function profileOf(role: 'server' | 'client', names: readonly GeneralName[]): LeafProfileName {
  if (role === 'client') return 'client';
  return names.some(isSpiffeName) ? 'peer' : 'server';
}

interface State {
  /** The certificate that is there, where nothing is wrong with it. */
  readonly good?: Certificate;
  readonly reason: string;
  /** Serial of this CA's certificate that lies, or lay, in the files. */
  readonly record?: string | undefined;
}

/** Looks at what is in the files. */
function judge(
  role: 'server' | 'client',
  names: readonly GeneralName[],
  authority: Authority,
  paths: FullDelivery,
  now: Date,
): State {
  const earlier = [...authority.store.records()]
    .filter(({ outputs }) => outputs.some(({ path }) => path === paths.certificate))
    .at(-1)?.serial;
  const there = (path: string) => existsSync(path);
  const own = [paths.certificate, paths.key];
  if (!own.some(there)) return { reason: 'new', record: earlier };
  if (![...own, paths.roots].every(there)) return { reason: 'a file was missing', record: earlier };
  const read = (path: string) =>
    readBundle(readBoundedFile(path, { max: MAX_FILE }), { name: path });
  try {
    const [leaf] = read(paths.certificate).certificates;
    const [key] = read(paths.key).keys;
    const roots = read(paths.roots).certificates;
    const known = leaf && authority.store.find(serialText(leaf.serial));
    const record = known?.serial ?? earlier;
    if (!leaf || !key) return { reason: 'a file did not hold what it should', record };
    if (known?.revoked) return { reason: 'it was revoked', record };
    const wrong = faultIn(role, leaf, names, authority, now);
    if (wrong !== undefined) return { reason: wrong, record };
    if (!bytesEqual(key.decode().publicKey.spki, leaf.publicKey.spki))
      return { reason: 'the key was of another certificate', record };
    if (!roots.some((root) => bytesEqual(root.der, authority.root.der)))
      return { reason: 'ca.crt held other roots', record };
    return { good: leaf, reason: '', record };
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return { reason: error.message, record: earlier };
  }
}

function faultIn(
  role: 'server' | 'client',
  leaf: Certificate,
  names: readonly GeneralName[],
  authority: Authority,
  now: Date,
): string | undefined {
  const list = (all: readonly GeneralName[]) => all.map(formatGeneralName).sort().join(' ');
  if (list(leaf.names) !== list(names)) return 'the names changed';
  const { ok, fault } = verifyCertificate({
    leaf,
    anchors: [anchorOf(authority.root)],
    at: now,
    purpose: role,
  });
  if (!ok) return fault.message;
  const length = leaf.notAfter.getTime() - leaf.notBefore.getTime();
  const left = leaf.notAfter.getTime() - now.getTime();
  // As cert-manager: due when a third of its life is left
  return left < length / 3 ? `it was due: ${Math.floor(left / DAY)} days left` : undefined;
}
