// Everything that a file holds: certificates, keys, requests and CRLs, in order, with their origin.
import { MtlsError } from '../base/errors.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import { readParts } from './read-parts.ts';
import type { BundlePart, EncodedKey, SkippedPart } from './part.ts';
import type { Origin } from './origin.ts';
import { encodePem } from './pem.ts';
import type { PassphraseSource } from './pkcs8.ts';
import { located, notRecognized } from './unrecognized.ts';

export type { BundlePart, SkippedPart } from './part.ts';

export interface Bundle {
  /** In the order of the file. */
  readonly parts: readonly BundlePart[];
  readonly certificates: readonly Certificate[];
  readonly keys: readonly EncodedKey[];
  readonly requests: readonly CertificationRequest[];
  readonly crls: readonly Crl[];
  readonly publicKeys: readonly PublicKey[];
  readonly skipped: readonly SkippedPart[];
}

export interface ReadOptions {
  /** How messages and origins call the source. */
  readonly name?: string | undefined;
  /** Opens PKCS#12 key stores. */
  readonly passphrase?: PassphraseSource | undefined;
}

/**
 * Reads PEM, DER, PKCS#12, or any of them in base64; manifests are read by `readSource`. Throws
 * FILE_EMPTY, NOT_RECOGNIZED, DER_MALFORMED, NOTHING_FOUND, KEY_UNSUPPORTED for key stores of
 * Java's own, PASSPHRASE_NEEDED and PASSPHRASE_WRONG for PKCS#12, and what is malformed inside.
 */
export function readBundle(bytes: Uint8Array, options: ReadOptions = {}): Bundle {
  const origin: Origin = { source: options.name };
  const { parts, skipped } = readParts(bytes, origin, options.passphrase);
  if (parts.length > 0) return bundleOf(parts, skipped);
  const [first] = skipped;
  if (!first) throw notRecognized(bytes, origin);
  const { code = 'NOTHING_FOUND', what, hint } = first;
  throw new MtlsError(
    code,
    located(
      origin,
      code === 'PASSPHRASE_NEEDED'
        ? `${what}, and no passphrase was given`
        : `no certificate, key or request that can be read, only ${what}`,
    ),
    { hint },
  );
}

/** Sorts parts by what they are. */
export function bundleOf(
  parts: readonly BundlePart[],
  skipped: readonly SkippedPart[] = [],
): Bundle {
  return {
    parts,
    certificates: parts.flatMap((part) => (part.kind === 'certificate' ? part.certificate : [])),
    keys: parts.flatMap((part) => (part.kind === 'key' ? part.key : [])),
    requests: parts.flatMap((part) => (part.kind === 'request' ? part.request : [])),
    crls: parts.flatMap((part) => (part.kind === 'crl' ? part.crl : [])),
    publicKeys: parts.flatMap((part) => (part.kind === 'publicKey' ? part.publicKey : [])),
    skipped,
  };
}

/** Certificates as one PEM text, without anything between the blocks. */
export function encodeBundle(certificates: readonly Pick<Certificate, 'der'>[]): string {
  return certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
}
