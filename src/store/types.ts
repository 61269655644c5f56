// What the store offers to the rooms above: a CA opened for reading, and a transaction for writing.
import type { Clock } from '../base/clock.ts';
import type { CertificateDer } from '../base/bytes.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { JournalReport } from './audit-report.ts';
import type {
  CertificateRef,
  CrlEvent,
  JournalEvent,
  JournalHead,
  OutputFile,
  RevocationReason,
} from './events.ts';
import type { CaName, CaPaths } from './layout.ts';
import type { LockOptions } from './lock.ts';
import type { PastIssue } from './past-record.ts';
import type { IssuedRecord, RecordFilter } from './records.ts';

/** What `ca.json` says of a CA; everything else is derived from its certificate and journal. */
export interface CaInfo {
  readonly schema: 'mtls.ca/1';
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** The CA of the same home that issued this one. */
  readonly parent?: string;
  readonly trustDomain?: string;
  /** Defaults for what it issues (ttl, key type, profile …), as ca/ reads them. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** The least number of its next CRL, decimal: others may know of CRLs that the journal does not. */
  readonly crlFrom?: string;
}

/** A CA that is to come into being. */
export interface NewCa {
  readonly name: CaName;
  readonly certificate: Certificate;
  /** The issuers above it, nearest first, the root last; empty for a root. */
  readonly issuers: readonly Certificate[];
  /** PKCS#8 in PEM, encrypted or not; absent when the key lives elsewhere. */
  readonly keyPem?: string;
  readonly parent?: string;
  readonly trustDomain?: string;
  readonly defaults?: Readonly<Record<string, string>>;
  /** What it issued elsewhere, before it came here. */
  readonly past?: readonly PastIssue[];
  /** The least number of its next CRL. */
  readonly crlFrom?: bigint;
}

/** Something the store met and survived, worth a line to the user. */
export interface StoreNotice {
  readonly code: 'TORN_TAIL' | 'HEAD_BEHIND' | 'LOCK_BROKEN';
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A revoked certificate, as a CRL lists it. */
export interface Revocation {
  readonly serial: string;
  readonly reason: RevocationReason;
  readonly revokedAt: string;
  /** Of the certificate, so that a CRL can leave out what has expired. */
  readonly notAfter: string | undefined;
}

/** An opened CA. Reading takes no lock and sees the last finished commit. */
export interface CaStore {
  readonly name: CaName;
  readonly paths: CaPaths;
  readonly info: CaInfo;
  /** The CA's own certificate. */
  readonly certificate: Certificate;
  /** The CA's certificate, then its issuers up to the root. */
  readonly chain: readonly Certificate[];
  /** What `ca.key` is, without opening it. */
  keyState(): 'missing' | 'plain' | 'encrypted';
  /**
   * The CA's private key, checked to belong to its certificate. Throws CA_KEY_MISSING,
   * PASSPHRASE_NEEDED, PASSPHRASE_WRONG, KEY_MISMATCH, or HOME_UNSAFE when others may read the file.
   */
  loadKey(passphrase?: () => string | Uint8Array | undefined): PrivateKey;
  /** Replaces `ca.key`, as after a change of its passphrase. */
  saveKey(keyPem: string, lock?: LockOptions): Promise<void>;
  /** The last commit. */
  head(): JournalHead;
  /** All events in order, read as they are asked for. */
  events(): Iterable<JournalEvent>;
  /** The record with a serial (see parseSerial), or undefined. */
  find(serial: string): IssuedRecord | undefined;
  /** Records in the order of issue, read as they are asked for. */
  records(filter?: RecordFilter): Iterable<IssuedRecord>;
  /** All revocations in order. */
  revocations(): Iterable<Revocation>;
  /** The last CRL, or undefined before the first. */
  lastCrl(): CrlEvent | undefined;
  /** An issued certificate; its digest is checked. Throws STORE_CORRUPT. */
  readCertificate(ref: CertificateRef): CertificateDer;
  /**
   * Runs `work` as the only writer. What it recorded and did not commit is committed at its end;
   * when it throws, what was not committed is dropped.
   */
  transaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Records one certificate; those of several callers at once share a commit.
   *
   * @param leave lets the certificate out: it is called when the record lasts, still under the lock
   */
  issue(
    options: TransactionOptions,
    issue: NewIssue,
    leave: () => void,
  ): Promise<readonly StoreNotice[]>;
  /** Reads the whole journal and proves its chain, its heads and its certificates. */
  verifyJournal(): JournalReport;
}

export interface TransactionOptions extends LockOptions {
  /** Signs each commit's head: the CA's own key. */
  readonly signer: Signer;
}

/** A certificate to be recorded. */
export interface NewIssue {
  /** As parsed back from what was signed. */
  readonly certificate: Certificate;
  readonly profile: string;
  /** Files that will be written for it, absolute paths. */
  readonly outputs: readonly OutputFile[];
  /** Serial of the certificate that it renews. */
  readonly replaces?: string;
}

/** The right to write. What is recorded takes effect at the next commit. */
export interface Transaction {
  /** What was found and mended when the journal was opened for writing. */
  readonly notices: readonly StoreNotice[];
  /** The number that the next CRL takes. */
  nextCrlNumber(): bigint;
  find(serial: string): IssuedRecord | undefined;
  issued(issue: NewIssue): void;
  /** Throws CERT_NOT_FOUND for an unknown serial, ALREADY_REVOKED for one that is. */
  revoked(revocation: {
    readonly serial: string;
    readonly reason: RevocationReason;
    readonly revokedAt: Date;
  }): void;
  crl(crl: {
    readonly number: bigint;
    readonly thisUpdate: Date;
    readonly nextUpdate: Date;
    readonly entries: number;
    /** The CRL's DER; `crl.pem` is written of it when it is recorded. */
    readonly der: Uint8Array;
  }): void;
  /**
   * Makes what was recorded last: certificates, then events and the signed head, each fsynced.
   * Only after this may a certificate leave. Does nothing when nothing was recorded.
   */
  commit(): Promise<JournalHead>;
}

/** How a CA is opened or made. */
export interface StoreOptions {
  readonly clock: Clock;
}
