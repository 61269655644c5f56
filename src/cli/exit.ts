// Exit codes, the part of the program that scripts read.

import { MtlsError, type ErrorCode } from '../base/errors.ts';

/** What each exit code means, as help shows it. */
export const EXIT_MEANINGS = {
  0: 'done, or healthy',
  1: 'the verdict is bad',
  2: 'wrong usage',
  3: 'an input cannot be read, or is malformed',
  4: 'the store, a lock or a passphrase is in the way',
  5: 'the network failed before TLS began',
  6: 'a batch was done in part',
  7: 'refused: it could be done, and must not be',
  70: 'a bug in mtls',
  130: 'interrupted',
  143: 'terminated',
} as const;

export type ExitCode = keyof typeof EXIT_MEANINGS;

const EXIT_OF: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: 2,
  BAD_NAME: 2,
  BAD_SPIFFE_ID: 2,
  BAD_SUBJECT: 2,
  BAD_DURATION: 2,
  BAD_TIME: 2,
  BAD_OPTION: 2,

  FILE_NOT_FOUND: 3,
  FILE_IS_FOLDER: 3,
  FILE_EMPTY: 3,
  FILE_TOO_LARGE: 3,
  FILE_UNREADABLE: 3,
  NOT_RECOGNIZED: 3,
  PEM_MALFORMED: 3,
  DER_MALFORMED: 3,
  CERT_MALFORMED: 3,
  CSR_MALFORMED: 3,
  CRL_MALFORMED: 3,
  KEY_MALFORMED: 3,
  KEY_UNSUPPORTED: 3,
  YAML_MALFORMED: 3,
  BACKUP_MALFORMED: 3,
  INDEX_MALFORMED: 3,
  NOTHING_FOUND: 3,

  HOME_NOT_FOUND: 4,
  HOME_UNSAFE: 4,
  CA_NOT_FOUND: 4,
  CA_EXISTS: 4,
  CA_AMBIGUOUS: 4,
  CA_KEY_MISSING: 4,
  CERT_NOT_FOUND: 4,
  STORE_CORRUPT: 4,
  STORE_UNREADABLE: 4,
  STORE_VERSION: 4,
  STORE_LOCKED: 4,
  PASSPHRASE_NEEDED: 4,
  PASSPHRASE_WRONG: 4,
  WRITE_FAILED: 4,
  SIGNER_FAILED: 4,

  NETWORK: 5,

  FILE_EXISTS: 7,
  NAME_NOT_PERMITTED: 7,
  NAME_NOT_ALLOWED: 7,
  ISSUER_EXPIRED: 7,
  ISSUER_NOT_CA: 7,
  PATH_LENGTH: 7,
  KEY_MISMATCH: 7,
  SIGNER_WRONG: 7,
  KEY_TOO_WEAK: 7,
  CA_KEY_IN_SECRET: 7,
  CA_KEY_SHARED: 7,
  TEST_FIXTURE: 7,
  CSR_BAD_SIGNATURE: 7,
  CSR_REFUSED: 7,
  CSR_NOT_APPROVED: 7,
  CHAIN_INVALID: 7,
  POLICY_INEXPRESSIBLE: 7,
  ALREADY_REVOKED: 7,
  DECLINED: 7,

  // A handshake that failed is an answer about two parties, not a failure of the tool.
  HANDSHAKE_FAILED: 1,

  INTERNAL: 70,
};

/** The person or the system stopped the program; it says nothing more. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exit: 130 | 143;

  constructor(exit: 130 | 143) {
    super(EXIT_MEANINGS[exit]);
    this.exit = exit;
  }
}

/** The exit code for whatever was thrown; what is not ours to throw is a bug. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof Interrupted) return thrown.exit;
  return thrown instanceof MtlsError ? EXIT_OF[thrown.code] : 70;
}
