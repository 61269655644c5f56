// Files that certificates were written to, looked at again: whose they are by now.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { readBundle, type Bundle } from '../codec/bundle.ts';
import { readBoundedFile } from '../store/read.ts';
import type { IssuedRecord } from '../store/records.ts';
import type { CaStore } from '../store/types.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';

/** A file of ours holds one key, or one chain. */
export const MAX_OUTPUT = 1024 * 1024;

/** The certificates whose files may be replaced, asked for as far as they are needed. */
export type OwnCertificates = () => Iterable<Certificate>;

/**
 * A certificate, those that it was issued in place of, newest first, and those that were issued in
 * its place: a power cut may leave the file of one beside that of another.
 */
export function* lineage(
  store: CaStore,
  record: IssuedRecord,
  certificate: Certificate,
): Generator<Certificate> {
  yield certificate;
  const seen = new Set([record.serial]);
  for (const side of ['replaces', 'renewedBy'] as const)
    for (let serial = record[side]; serial !== undefined && !seen.has(serial);) {
      seen.add(serial);
      const other = store.find(serial);
      if (other?.certificate) yield parseCertificate(store.readCertificate(other.certificate));
      serial = other?.[side];
    }
}

/** The first certificate of a file, unless it is one of these; a broken file holds none. */
export function foreignCertificate(path: string, own: OwnCertificates): Certificate | undefined {
  const [leaf] = ifWhole(() => read(path).certificates) ?? [];
  if (!leaf) return undefined;
  for (const { der } of own()) if (bytesEqual(der, leaf.der)) return undefined;
  return leaf;
}

/** Whose key a file holds; `none` where it is absent or broken. */
export function keyIn(
  path: string,
  own: OwnCertificates,
): 'own' | 'foreign' | 'encrypted' | 'none' {
  const keys = ifWhole(() => read(path).keys) ?? [];
  if (keys.some((key) => key.encrypted)) return 'encrypted';
  const present = ifWhole(() => keys.map((key) => key.decode().publicKey.spki)) ?? [];
  if (present.length === 0) return 'none';
  for (const { publicKey } of own())
    if (present.some((spki) => bytesEqual(spki, publicKey.spki))) return 'own';
  return 'foreign';
}

function read(path: string): Bundle {
  return readBundle(readBoundedFile(path, { max: MAX_OUTPUT }), { name: path });
}

function ifWhole<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}
