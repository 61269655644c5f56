// Errors from below, told as errors of the object that was being read.
import { MtlsError, type ErrorCode } from '../base/errors.ts';
import { MAX_OBJECT_LENGTH } from '../asn1/limits.ts';

/** What an error of the DER reader says, without its prefix. */
export function reasonOf(error: MtlsError): string {
  return error.message.replace(/^malformed DER: /, '');
}

/** Runs a reader; what it finds wrong is thrown as `malformed <noun>: <what>` under this code. */
export function reading<T>(code: ErrorCode, noun: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL' || error.code === code)
      throw error;
    throw new MtlsError(code, `malformed ${noun}: ${reasonOf(error)}`, {
      cause: error,
      data: error.data,
    });
  }
}

/** Refuses an object over the bound that stands in asn1/limits.ts. */
export function boundLength(bytes: Uint8Array, code: ErrorCode, noun: string): void {
  if (bytes.length > MAX_OBJECT_LENGTH)
    throw new MtlsError(code, `malformed ${noun}: over ${MAX_OBJECT_LENGTH} bytes long`);
}
