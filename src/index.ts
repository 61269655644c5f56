// The library's door.

export { ERROR_CODES, MtlsError, type ErrorCode, type MtlsErrorOptions } from './base/errors.ts';
