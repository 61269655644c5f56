// What is wrong with a CA's own folder: each code with what it means and what to do.
import type { Explanation } from './catalogue.ts';

/** Codes of findings of `mtls ca audit`, besides those of keys and CRLs; stable for scripts. */
export const AUDIT_CODES = [
  // The journal
  'RECORD_CHANGED',
  'RECORD_MISSING',
  'RECORD_MOVED',
  'RECORD_MALFORMED',
  'RECORD_MISMATCH',
  'HEAD_SIGNATURE',
  'HEAD_TOTALS',
  'MARKER_DAMAGED',
  'JOURNAL_CUT',
  'JOURNAL_ROLLED_BACK',
  'JOURNAL_OTHER_CA',
  'JOURNAL_UNFINISHED',
  'SEGMENT_MISSING',
  'SEGMENT_DAMAGED',
  'SERIAL_TWICE',
  'SERIAL_UNKNOWN',
  'INDEX_WRONG',
  // What was issued
  'PACK_MISSING',
  'PACK_DAMAGED',
  'CERTIFICATE_MISSING',
  'CERTIFICATE_CHANGED',
  'CERTIFICATE_SIGNATURE',
  // The CA's own files
  'CA_CERTIFICATE',
  'CA_CHAIN',
  'CA_FILE_DAMAGED',
  'CA_INFO',
  'CA_KEY_CLOSED',
  'CA_SIGNER_FAILED',
  'CA_NOT_RECORDED',
  'CA_REVOKED',
  'CRL_NOT_LAST',
  'CRL_INCOMPLETE',
  'FILE_MODE',
  'FILE_OWNER',
  'FILE_STRANGE',
] as const;

export type AuditCode = (typeof AUDIT_CODES)[number];

const RESTORE =
  'find out who or what could write there, and restore the CA’s folder from a backup made before';

export interface AuditExplanation extends Explanation {
  /** How it comes about. */
  readonly example: string;
}

export const AUDITS: Readonly<Record<AuditCode, AuditExplanation>> = {
  RECORD_CHANGED: {
    means: 'a record of the journal is not the one that was written: the next one names its hash',
    remedy: RESTORE,
    example: 'mtls ca audit, after an edit of journal/00000001.jsonl',
  },
  RECORD_MISSING: {
    means: 'records of the journal were taken out: their numbers are nowhere',
    remedy: RESTORE,
    example: 'mtls ca audit, after a line of journal/00000001.jsonl was deleted',
  },
  RECORD_MOVED: {
    means: 'a record stands where it was not written, or stands twice',
    remedy: RESTORE,
    example: 'mtls ca audit, after two lines of journal/00000001.jsonl changed places',
  },
  RECORD_MALFORMED: {
    means: 'a line of the journal is no record',
    remedy: RESTORE,
    example: 'mtls ca audit, after a disk lost a block of the journal',
  },
  RECORD_MISMATCH: {
    means: 'a record says something else than the certificate that it is about',
    remedy: RESTORE,
    example: 'mtls ca audit, after a record was changed with all hashes behind it',
  },
  HEAD_SIGNATURE: {
    means: 'a commit of the journal does not carry the signature of the CA’s key',
    remedy: RESTORE,
    example: 'mtls ca audit, after records were written by somebody without the key',
  },
  HEAD_TOTALS: {
    means: 'a signed commit counts other certificates, revocations or CRLs than there are',
    remedy: RESTORE,
    example: 'mtls ca audit, after somebody with the CA’s key wrote a journal by other means',
  },
  MARKER_DAMAGED: {
    means: 'journal/HEAD is missing, or points to a commit that is not there',
    remedy: RESTORE,
    example: 'mtls ca audit, after journal/HEAD was removed',
  },
  JOURNAL_CUT: {
    means: 'the journal ends before its last commit',
    remedy: RESTORE,
    example: 'mtls ca audit, after the end of journal/00000001.jsonl was cut off',
  },
  JOURNAL_ROLLED_BACK: {
    means:
      'the CA’s folder is an older state of itself: what came later is forgotten, revocations too',
    remedy:
      'bring the newer folder back; where there is none, revoke again what was revoked since, and issue a CRL with mtls ca crl',
    example: 'mtls ca audit --head 5f3c…, after a backup was put back',
  },
  JOURNAL_OTHER_CA: {
    means: 'the journal is that of another CA',
    remedy: RESTORE,
    example: 'mtls ca audit, after the journal folder of another CA was copied over',
  },
  JOURNAL_UNFINISHED: {
    means:
      'the journal ends with a write that was not finished: in progress, or of a killed process',
    remedy: 'nothing: the next command that writes sets it aside, and says so',
    example: 'mtls ca audit, after mtls issue was killed',
  },
  SEGMENT_MISSING: {
    means: 'a whole file of the journal is missing',
    remedy: RESTORE,
    example: 'mtls ca audit, after journal/00000001.jsonl was removed',
  },
  SEGMENT_DAMAGED: {
    means:
      'a file of the journal can not be read: a compacted one does not unpack, or a line has no end',
    remedy: RESTORE,
    example: 'mtls ca audit, after an edit of journal/00000001.jsonl.gz',
  },
  SERIAL_TWICE: {
    means: 'two certificates were issued with one serial number: a revocation would hit both',
    remedy: 'revoke the serial number, and issue both again',
    example: 'mtls ca audit, after two copies of one folder issued and were merged by hand',
  },
  SERIAL_UNKNOWN: {
    means: 'a certificate was revoked that was never recorded as issued',
    remedy: RESTORE,
    example: 'mtls ca audit, after the record of an issued certificate was taken out',
  },
  INDEX_WRONG: {
    means:
      'an index says something else than the part of the journal that it is of: lists may leave out what is there',
    remedy: 'remove it, for it is made anew; and find out who or what could write there',
    example: 'mtls ca audit, after somebody wrote index/00000001.idx by other means',
  },
  PACK_MISSING: {
    means: 'a file of issued certificates is missing',
    remedy: RESTORE,
    example: 'mtls ca audit, after certs/00000001.pack was removed',
  },
  PACK_DAMAGED: {
    means: 'a file of issued certificates can not be read, or a compacted one does not unpack',
    remedy: RESTORE,
    example: 'mtls ca audit, after an edit of certs/00000001.pack.gz',
  },
  CERTIFICATE_MISSING: {
    means: 'a certificate that was issued is not in the packs any more',
    remedy: RESTORE,
    example: 'mtls ca audit, after certs/00000001.pack was cut',
  },
  CERTIFICATE_CHANGED: {
    means: 'a certificate in the packs is not the one that was issued',
    remedy: RESTORE,
    example: 'mtls ca audit, after an edit of certs/00000001.pack',
  },
  CERTIFICATE_SIGNATURE: {
    means: 'a recorded certificate does not carry the signature of the CA',
    remedy: RESTORE,
    example: 'mtls ca audit, after somebody with the CA’s key recorded a foreign certificate',
  },
  CA_CERTIFICATE: {
    means: 'ca.crt is not the certificate that the journal names',
    remedy: 'put the CA’s own certificate back: it is the first one of chain.pem',
    example: 'mtls ca audit, after ca.crt was replaced',
  },
  CA_CHAIN: {
    means: 'chain.pem does not lead from the CA to a root, each signed by the next',
    remedy: 'put the certificates from ca.crt up to the root into it',
    example: 'mtls ca audit, after chain.pem was replaced',
  },
  CA_FILE_DAMAGED: {
    means: 'a file of the CA is missing, or is not what it should be',
    remedy: RESTORE,
    example: 'mtls ca audit, after ca.json was emptied by a full disk',
  },
  CA_INFO: {
    means: 'ca.json says something else of the CA than its folder, its journal or its certificate',
    remedy: RESTORE,
    example: 'mtls ca audit, after an edit of ca.json',
  },
  CA_KEY_CLOSED: {
    means: 'the CA’s key is encrypted, and was not held against its certificate',
    remedy: 'give its passphrase with --passphrase-file or --passphrase-env',
    example: 'mtls ca audit, without the passphrase',
  },
  CA_SIGNER_FAILED: {
    means: 'the CA’s key is elsewhere, and its signer gave no signature that verifies under ca.crt',
    remedy:
      'look at the signer: until it signs, the CA can neither issue nor revoke; see docs/signers.md',
    example: 'mtls ca audit kms, while its KMS is out of reach',
  },
  CA_NOT_RECORDED: {
    means: 'the CA that should have issued this one has no record of it',
    remedy: 'audit that CA: mtls ca audit <name>',
    example: 'mtls ca audit, after the folder of the root was put back to an older state',
  },
  CA_REVOKED: {
    means: 'the CA was revoked by the CA above it',
    remedy: 'issue nothing more from it: make another with mtls ca intermediate',
    example: 'mtls ca audit, after mtls revoke of the intermediate',
  },
  CRL_NOT_LAST: {
    means: 'crl.pem is missing, or is not the last CRL: it may leave out who was revoked since',
    remedy: 'issue the next one: mtls ca crl',
    example: 'mtls ca audit, after an older crl.pem was put back',
  },
  CRL_INCOMPLETE: {
    means: 'a revoked certificate is not on the last CRL',
    remedy: 'issue the next one: mtls ca crl',
    example: 'mtls ca audit, after a CRL was made by other means',
  },
  FILE_MODE: {
    means: 'others on this machine may read or change files of the CA',
    remedy: 'take their rights away: chmod go-rwx',
    example: 'mtls ca audit, after chmod -R a+rX of the home',
  },
  FILE_OWNER: {
    means: 'a file of the CA belongs to another user than the folder',
    remedy: 'give it back to whom the folder belongs to: chown',
    example: 'mtls ca audit, after root wrote to a user’s home',
  },
  FILE_STRANGE: {
    means: 'a file lies in the CA’s folder that the program does not know',
    remedy:
      'look at it; what is called .mtls-….tmp was left by a killed process, and can be removed',
    example: 'mtls ca audit, after a copy of ca.key was left beside it',
  },
};
