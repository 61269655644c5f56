// One thing that was found, and where.
import type { MtlsError } from '../base/errors.ts';
import type { PrivateKey, PublicKey } from '../crypto/key.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import type { Origin } from './origin.ts';
import type { StoreFacts } from './pkcs12.ts';
import type { PassphraseSource } from './pkcs8.ts';

/** A private key as it was found; opened only when someone asks, because that may cost a passphrase. */
export interface EncodedKey {
  /** As it lies there. */
  readonly encrypted: boolean;
  /** A passphrase is needed to open it: it is encrypted, and not in a store that is open by now. */
  readonly locked: boolean;
  readonly origin: Origin;
  /** In PKCS#1 or SEC 1, unencrypted: what readers of PKCS#8 alone pass over. */
  readonly traditional?: boolean;
  /** Throws PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MALFORMED, KEY_UNSUPPORTED. */
  readonly decode: (passphrase?: PassphraseSource) => PrivateKey;
}

export type BundlePart = { readonly origin: Origin } & (
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'key'; readonly key: EncodedKey }
  | { readonly kind: 'request'; readonly request: CertificationRequest }
  | { readonly kind: 'crl'; readonly crl: Crl }
  | { readonly kind: 'publicKey'; readonly publicKey: PublicKey }
);

/** What was seen and not read. */
export interface SkippedPart {
  readonly origin: Origin;
  /** What it is: `a Java key store`, `a block "DH PARAMETERS"`. */
  readonly what: string;
  /** What its being alone in the source means; NOTHING_FOUND unless stated. */
  readonly code?: 'KEY_UNSUPPORTED' | 'PASSPHRASE_NEEDED';
  /** How to turn it into something that is read, where there is a way. */
  readonly hint?: string | undefined;
}

/** A PKCS#12 key store that was opened, as other programs see it: its parts stand among the others. */
export interface FoundStore extends StoreFacts {
  readonly origin: Origin;
  readonly certificates: number;
  readonly keys: number;
  /** Keys that are not encrypted by themselves. */
  readonly openKeys: number;
  /** Certificates with the attribute by which Java knows those that it trusts. */
  readonly trusted: number;
}

/** One key of a JWK Set. */
export interface FoundJwk {
  readonly origin: Origin;
  readonly members: Readonly<Record<string, unknown>>;
  /** Of `x5c`, or why one cannot be read; undefined where that is no list. */
  readonly certificates: readonly (Certificate | MtlsError)[] | undefined;
  /** By the members; undefined for a kind that is not known. */
  readonly publicKey: PublicKey | MtlsError | undefined;
}

/** A JWK Set, such as the trust bundle of a SPIFFE trust domain. */
export interface FoundJwks {
  readonly origin: Origin;
  /** Undefined where `keys` is no list. */
  readonly keys: readonly FoundJwk[] | undefined;
  /** `spiffe_sequence` and `spiffe_refresh_hint` as they are written. */
  readonly sequence: string | undefined;
  readonly refreshHint: string | undefined;
}

/** What bytes hold. */
export interface FoundParts {
  readonly parts: readonly BundlePart[];
  readonly skipped: readonly SkippedPart[];
  readonly stores?: readonly FoundStore[];
  readonly jwks?: FoundJwks;
}
