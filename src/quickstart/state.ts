// What lies in the folder already: whether it is good, why not, and whether it may be replaced.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Authority } from '../ca/authority.ts';
import type { FullDelivery } from '../ca/deliver.ts';
import { foreignCertificate, keyIn, MAX_OUTPUT } from '../ca/outputs.ts';
import { bytesEqual } from '../base/bytes.ts';
import { DAY, MINUTE } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import type { KeyType } from '../crypto/algorithms.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { readBoundedFile } from '../store/read.ts';
import { serialText, type IssuedRecord } from '../store/records.ts';
import { anchorOf } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';

export type Role = 'server' | 'client';

/** What `up` issued for a role before, newest first. */
export interface Earlier {
  readonly records: readonly IssuedRecord[];
  readonly certificates: () => Iterable<Certificate>;
}

/** Records by the name of their file alone: a folder may have moved since. */
export function earlierFor({ store }: Authority, paths: FullDelivery): Earlier {
  const name = basename(paths.certificate);
  const records = [...store.records()]
    .filter(({ outputs }) =>
      outputs.some(({ kind, path }) => kind === 'certificate' && basename(path) === name),
    )
    .reverse();
  return {
    records,
    *certificates() {
      for (const { certificate } of records)
        if (certificate) yield parseCertificate(store.readCertificate(certificate));
    },
  };
}

/** What is to become of a pair. */
export type PairState =
  | { readonly good: Certificate }
  /** `made` says why it is issued anew; `replaces` is the serial of what was there. */
  | { readonly good?: undefined; readonly made: string; readonly replaces: string | undefined };

/** A pair that is wanted. */
export interface WantedPair {
  readonly role: Role;
  readonly names: readonly GeneralName[];
  readonly paths: FullDelivery;
  /** Where it is asked for. */
  readonly keyType?: KeyType | undefined;
  /** Where it is asked for, in milliseconds. */
  readonly ttl?: number | undefined;
}

/**
 * Judges a certificate and its key. Throws FILE_EXISTS where they are not good and not of this
 * command's making, unless that is overruled.
 */
export function judgePair(
  wanted: WantedPair,
  authority: Authority,
  earlier: Earlier,
  { now, force }: { readonly now: Date; readonly force: boolean },
): PairState {
  const { certificate, key } = wanted.paths;
  const replaces = earlier.records[0]?.serial;
  if (![certificate, key].some(existsSync)) return { made: 'new', replaces };
  const made = whyNot(wanted, authority, now);
  if (typeof made !== 'string') return { good: made };
  if (!force) refuseForeign(foreignOf(wanted.paths, earlier));
  return { made, replaces };
}

/** The certificate of a good pair, or what is wrong. */
function whyNot(wanted: WantedPair, authority: Authority, now: Date): Certificate | string {
  const { paths } = wanted;
  if (![paths.certificate, paths.key].every(existsSync)) return 'a file was missing';
  try {
    const [leaf] = read(paths.certificate).certificates;
    const [key] = read(paths.key).keys;
    if (!leaf || !key) return 'a file did not hold what it should';
    const wrong = faultIn(wanted, leaf, authority, now);
    if (wrong !== undefined) return wrong;
    return bytesEqual(key.decode().publicKey.spki, leaf.publicKey.spki)
      ? leaf
      : 'the key was of another certificate';
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return error.message;
  }
}

function faultIn(
  { role, names, keyType, ttl }: WantedPair,
  leaf: Certificate,
  authority: Authority,
  now: Date,
): string | undefined {
  const list = (all: readonly GeneralName[]) => all.map(formatGeneralName).sort().join(' ');
  if (list(leaf.names) !== list(names)) return 'the names changed';
  if (keyType !== undefined && leaf.publicKey.type !== keyType) return 'the key type changed';
  const { ok, fault } = verifyCertificate({
    leaf,
    anchors: [anchorOf(authority.root)],
    at: now,
    purpose: role,
  });
  if (!ok) return fault.message;
  if (authority.store.find(serialText(leaf.serial))?.revoked) return 'it was revoked';
  const length = leaf.notAfter.getTime() - leaf.notBefore.getTime();
  // A life is shorter only where its CA's is, and longer by what it was backdated
  const asked = ttl !== undefined && leaf.notAfter < authority.root.notAfter;
  if (asked && Math.abs(length - ttl) > 6 * MINUTE) return 'the lifetime changed';
  const left = leaf.notAfter.getTime() - now.getTime();
  // As cert-manager: due when a third of its life is left
  return left < length / 3 ? `it was due: ${Math.floor(left / DAY)} days left` : undefined;
}

/** Files of a pair that were not issued for it before, and are no broken ones either. */
function foreignOf({ certificate, key }: FullDelivery, earlier: Earlier): readonly string[] {
  if (earlier.records.length === 0) return [certificate, key].filter(existsSync);
  const { certificates } = earlier;
  return [
    ...(foreignCertificate(certificate, certificates) ? [certificate] : []),
    ...(['foreign', 'encrypted'].includes(keyIn(key, certificates)) ? [key] : []),
  ];
}

/**
 * Whether the file of roots needs writing: it is absent, or broken. Throws FILE_EXISTS where it
 * is somebody else's, unless that is overruled.
 */
export function rootsWanted(path: string, authority: Authority, force: boolean): boolean {
  if (!existsSync(path)) return true;
  const roots = certificatesIn(path);
  if (roots?.some(({ der }) => bytesEqual(der, authority.root.der))) return false;
  if (!force && roots) refuseForeign([path]);
  return true;
}

function certificatesIn(path: string): readonly Certificate[] | undefined {
  try {
    return read(path).certificates;
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

function refuseForeign(paths: readonly string[]): void {
  const [first] = paths;
  if (first === undefined) return;
  throw new MtlsError('FILE_EXISTS', `${quoteForeign(first)} is not of the CA in this folder`, {
    hint: 'move it away, choose another folder, or replace it with --force',
    data: { paths },
  });
}

function read(path: string) {
  return readBundle(readBoundedFile(path, { max: MAX_OUTPUT }), { name: path });
}
