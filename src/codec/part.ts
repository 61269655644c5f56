// One thing that was found, and where.
import type { PrivateKey, PublicKey } from '../crypto/key.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import type { Origin } from './origin.ts';
import type { PassphraseSource } from './pkcs8.ts';

/** A private key as it was found; opened only when someone asks, because that may cost a passphrase. */
export interface EncodedKey {
  readonly encrypted: boolean;
  readonly origin: Origin;
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
  /** What it is: `a PKCS#12 key store`, `a block "DH PARAMETERS"`. */
  readonly what: string;
  /** What its being alone in the source means; NOTHING_FOUND unless stated. */
  readonly code?: 'KEY_UNSUPPORTED';
  /** How to turn it into something that is read, where there is a way. */
  readonly hint?: string | undefined;
}
