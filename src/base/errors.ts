// The one error that is thrown: the tool could not do the work. A bad verdict is data, not an error.

/** Codes of errors, stable for scripts; each belongs to one exit code (see cli/exit.ts). */
export const ERROR_CODES = [
  // usage: what was typed
  'USAGE',
  'BAD_NAME',
  'BAD_SPIFFE_ID',
  'BAD_SUBJECT',
  'BAD_DURATION',
  'BAD_TIME',
  'BAD_OPTION',
  // input: what was read
  'FILE_NOT_FOUND',
  'FILE_IS_FOLDER',
  'FILE_EMPTY',
  'FILE_TOO_LARGE',
  'FILE_UNREADABLE',
  'NOT_RECOGNIZED',
  'PEM_MALFORMED',
  'DER_MALFORMED',
  'CERT_MALFORMED',
  'CSR_MALFORMED',
  'CRL_MALFORMED',
  'KEY_MALFORMED',
  'KEY_UNSUPPORTED',
  'YAML_MALFORMED',
  'BACKUP_MALFORMED',
  'INDEX_MALFORMED',
  'NOTHING_FOUND',
  // store, lock or passphrase
  'HOME_NOT_FOUND',
  'HOME_UNSAFE',
  'CA_NOT_FOUND',
  'CA_EXISTS',
  'CA_AMBIGUOUS',
  'CA_KEY_MISSING',
  'CERT_NOT_FOUND',
  'STORE_CORRUPT',
  'STORE_UNREADABLE',
  'STORE_VERSION',
  'STORE_LOCKED',
  'PASSPHRASE_NEEDED',
  'PASSPHRASE_WRONG',
  'WRITE_FAILED',
  'SIGNER_FAILED',
  // network, when not one byte of TLS came
  'NETWORK',
  // refused: it could be done, and must not be
  'FILE_EXISTS',
  'NAME_NOT_PERMITTED',
  'NAME_NOT_ALLOWED',
  'ISSUER_EXPIRED',
  'ISSUER_NOT_CA',
  'PATH_LENGTH',
  'KEY_MISMATCH',
  'SIGNER_WRONG',
  'KEY_TOO_WEAK',
  'CA_KEY_IN_SECRET',
  'CA_KEY_SHARED',
  'TEST_FIXTURE',
  'CSR_BAD_SIGNATURE',
  'CSR_REFUSED',
  'CSR_NOT_APPROVED',
  'CHAIN_INVALID',
  'POLICY_INEXPRESSIBLE',
  'ALREADY_REVOKED',
  'DECLINED',
  'HANDSHAKE_FAILED',
  // a bug of ours
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface MtlsErrorOptions {
  /** What to do about it, best as a command. */
  readonly hint?: string | undefined;
  /** Facts behind the message, fit for JSON; never a secret. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/**
 * The tool could not do the work. The message is lower case, without a full stop,
 * and never holds a secret; text that came from outside is escaped where it is shown.
 */
export class MtlsError extends Error {
  override readonly name = 'MtlsError';
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: MtlsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
    this.hint = options.hint;
  }
}
