// A CA as callers see it: what it is asked, and what it answers.
import type { KeyType } from '../crypto/key-types.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import type { RecordStatus } from '../store/records.ts';
import type { RevocationReason } from '../store/events.ts';
import type { CertificateInfo } from './info/certificate.ts';
import type { RecordInfo } from './info/record.ts';
import type { Data, Secret } from './input.ts';

/** From when until when. Bounds stay inside those of the issuer, with a warning. */
export interface ValidityOptions {
  /** Lifetime: `'24h'`, `'90d'`, `'1y'`, or milliseconds; the profile's where absent. */
  readonly ttl?: string | number | undefined;
  /** A Date, RFC 3339, `'2027-01-31'`, or a distance from now: `'-1h'`. */
  readonly notBefore?: Date | string | undefined;
  /** Instead of `ttl`. */
  readonly notAfter?: Date | string | undefined;
}

/** A new CA. */
export interface CaOptions extends ValidityOptions {
  /** What to call it; its subject is `CN=<name>` unless given. */
  readonly name?: string | undefined;
  /** `CN=Example Root,O=Example`. */
  readonly subject?: string | undefined;
  /** `ec-p256` where absent. */
  readonly keyType?: KeyType | undefined;
  /** Only names under these: `'.example.org'`, `'10.0.0.0/8'`, `'@example.org'`, `'uri:example.org'`. */
  readonly permit?: readonly string[] | undefined;
  /** No names under these. */
  readonly exclude?: readonly string[] | undefined;
  /** Levels of CAs allowed below; null for no bound. A root has none, an intermediate 0. */
  readonly pathLength?: number | null | undefined;
  /** The SPIFFE trust domain: names the CA, and permits no other. */
  readonly trustDomain?: string | undefined;
}

/** A key and a certificate for it. */
export interface IssueOptions extends ValidityOptions {
  /** DNS names, wildcards, IP addresses, e-mail addresses, a SPIFFE ID: each tells its own kind. */
  readonly names?: string | readonly string[] | undefined;
  /** `server`, `client`, `peer` (both) or `svid`; what the names ask for where absent. */
  readonly profile?: LeafProfileName | undefined;
  readonly keyType?: KeyType | undefined;
  /** Of the subject; the first name where absent. */
  readonly commonName?: string | undefined;
  /** The whole subject, `CN=api,O=Example`. */
  readonly subject?: string | undefined;
  /** Use this private key instead of a new one: PEM or DER. */
  readonly key?: Data | undefined;
  /** Opens that key. */
  readonly passphrase?: Secret | undefined;
}

/** What is decided about a request; its key and its names are the requester's. */
export interface SignOptions extends ValidityOptions {
  readonly profile?: LeafProfileName | undefined;
  /** Sign only names like these: `'*.example.org'`, `'**.example.org'`, `'10.0.0.0/8'`, `'spiffe://example.org/ns/*\/sa/*'`. */
  readonly allow?: string | readonly string[] | undefined;
  readonly commonName?: string | undefined;
  readonly subject?: string | undefined;
}

export interface RevokeOptions {
  readonly reason?: RevocationReason | undefined;
  /** Since when it is not to be trusted; now where absent. */
  readonly at?: Date | string | undefined;
  /** How long the list holds: `'7d'`, or milliseconds; 30 days where absent. */
  readonly ttl?: string | number | undefined;
}

export interface CrlOptions {
  /** How long the list holds: `'7d'`, or milliseconds; 30 days where absent. */
  readonly ttl?: string | number | undefined;
}

/** Which records; all conditions must hold. */
export interface ListOptions {
  readonly status?: RecordStatus | undefined;
  /** Valid now, not renewed, and expiring within this time: `'30d'`, or milliseconds. */
  readonly expiring?: string | number | undefined;
  /** A name that the certificate carries. */
  readonly name?: string | undefined;
}

/** A certificate from a request; its key is the requester's. */
export interface SignedCertificate {
  /** PEM: the certificate, then the CAs below the root. */
  readonly cert: string;
  /** PEM: the root, for those who check the certificate. */
  readonly ca: string;
  readonly certificate: CertificateInfo;
  /** Sentences, lower case, without a full stop. */
  readonly warnings: readonly string[];
}

/** A certificate with its key: what `tls.createSecureContext` and `https.createServer` take. */
export interface IssuedCertificate extends SignedCertificate {
  /** PEM: PKCS#8, unencrypted. */
  readonly key: string;
}

/** A certificate in place of an earlier one. */
export interface RenewedCertificate extends SignedCertificate {
  /** PEM: PKCS#8, unencrypted; null where the key stayed with whoever holds it. */
  readonly key: string | null;
}

export interface RenewOptions {
  /** Lifetime: `'24h'`, `'90d'`, or milliseconds; as long as it was where absent. */
  readonly ttl?: string | number | undefined;
  /** Keeps the key instead of making a new one. */
  readonly reuseKey?: boolean | undefined;
}

/** A CA's revocation list. */
export interface IssuedCrl {
  /** PEM. */
  readonly crl: string;
  /** Decimal; each list has the next one. */
  readonly number: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** How many certificates it revokes. */
  readonly entries: number;
}

/**
 * A CA that issues. What it gives out has been read back and verified up to the root first. Its
 * private key is no property of it: neither `console.log` nor `JSON.stringify` shows it.
 */
export interface CertificateAuthority {
  readonly name: string;
  /** PEM: the root, for those who check what this CA issues. */
  readonly roots: string;
  /** PEM: the CA's certificate, then its issuers up to the root. */
  readonly chain: string;
  readonly certificate: CertificateInfo;

  /**
   * Makes a key and its certificate.
   *
   * @param what names, or names and more
   * @throws MtlsError BAD_NAME, BAD_SPIFFE_ID, BAD_SUBJECT, BAD_DURATION, BAD_TIME, BAD_OPTION;
   * refused: NAME_NOT_PERMITTED, ISSUER_EXPIRED, CA_KEY_SHARED, KEY_TOO_WEAK
   * @example
   * import { createCa } from 'mtls-toolkit';
   *
   * const ca = await createCa();
   * const server = await ca.issue(['localhost', '127.0.0.1']);
   * const client = await ca.issue({ names: 'alice@example.org', ttl: '24h' });
   * server.certificate.purposes; // → ['serverAuth']
   * client.certificate.purposes; // → ['clientAuth']
   */
  issue(what: string | readonly string[] | IssueOptions): Promise<IssuedCertificate>;

  /**
   * Makes a certificate from a PKCS#10 request: its key and its names, and nothing else it asks for.
   *
   * @param request PEM or DER; its signature is checked
   * @throws MtlsError CSR_BAD_SIGNATURE, CSR_MALFORMED, NAME_NOT_ALLOWED, and what `issue` throws
   * @example
   * import { createCa, createRequest } from 'mtls-toolkit';
   *
   * const ca = await createCa();
   * const { csr } = await createRequest('api.example.internal');
   * const { certificate } = await ca.sign(csr, { allow: '**.example.internal' });
   * certificate.names; // → ['DNS:api.example.internal']
   */
  sign(request: Data, options?: SignOptions): Promise<SignedCertificate>;

  /**
   * Revokes what this CA issued, and makes the next CRL: both are recorded, or neither.
   *
   * @param what certificates, PEM or DER, or serial numbers
   * @throws MtlsError CERT_NOT_FOUND, ALREADY_REVOKED, ISSUER_EXPIRED
   * @example
   * import { createCa, verify } from 'mtls-toolkit';
   *
   * const ca = await createCa();
   * const { cert } = await ca.issue('api.example.internal');
   * const { crl } = await ca.revoke(cert, { reason: 'keyCompromise' });
   * verify(cert, { ca: ca.roots, crl }).fault?.code; // → 'REVOKED'
   */
  revoke(what: Data | readonly Data[], options?: RevokeOptions): Promise<IssuedCrl>;

  /**
   * Makes the next CRL, of all that is revoked and has not expired.
   *
   * @throws MtlsError ISSUER_EXPIRED
   */
  crl(options?: CrlOptions): Promise<IssuedCrl>;

  /**
   * What this CA has issued, in that order, read as it is asked for.
   *
   * @example
   * import { createCa } from 'mtls-toolkit';
   *
   * const ca = await createCa();
   * await ca.issue({ names: 'short.example.internal', ttl: '7d' });
   * await ca.issue({ names: 'long.example.internal', ttl: '1y' });
   * [...ca.list({ expiring: '30d' })].map(({ names }) => names[0]); // → ['DNS:short.example.internal']
   */
  list(options?: ListOptions): Iterable<RecordInfo>;
}
