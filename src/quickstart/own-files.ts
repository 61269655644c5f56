// Whose files lie where `up` writes: what its CA did not make is not its to replace.
import { existsSync } from 'node:fs';
import type { Authority } from '../ca/authority.ts';
import type { FullDelivery } from '../ca/deliver.ts';
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { readBundle, type Bundle } from '../codec/bundle.ts';
import { readBoundedFile } from '../store/read.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';

const MAX_FILE = 1024 * 1024;

/**
 * The first of these files that holds what this CA did not make: a certificate or a key of
 * somebody else's, or a key that nobody can look into. What holds nothing at all is no loss.
 */
export function foreignFile(authority: Authority, paths: FullDelivery): string | undefined {
  const { certificate, key, roots } = paths;
  let issued: readonly Certificate[] | undefined;
  const isIssued = (wanted: (one: Certificate) => boolean) =>
    (issued ??= issuedBy(authority)).some(wanted);
  const held = contentOf(certificate)?.certificates[0];
  if (held && !isIssued(({ der }) => bytesEqual(der, held.der))) return certificate;
  for (const { encrypted, decode } of contentOf(key)?.keys ?? []) {
    if (encrypted) return key;
    const { spki } = decode().publicKey;
    if (!isIssued(({ publicKey }) => bytesEqual(publicKey.spki, spki))) return key;
  }
  const trusted = contentOf(roots)?.certificates ?? [];
  const isRoot = ({ der }: Certificate) => bytesEqual(der, authority.root.der);
  return trusted.length > 0 && !trusted.some(isRoot) ? roots : undefined;
}

function issuedBy({ store }: Authority): readonly Certificate[] {
  return [...store.records()].flatMap(({ certificate }) =>
    certificate ? [parseCertificate(store.readCertificate(certificate))] : [],
  );
}

function contentOf(path: string): Bundle | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readBundle(readBoundedFile(path, { max: MAX_FILE }), { name: path });
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}
