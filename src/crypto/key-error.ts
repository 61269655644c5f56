// Keys that do not parse are malformed keys, whatever the byte at which it shows.
import { MtlsError } from '../base/errors.ts';

/** @throws MtlsError KEY_MALFORMED in place of DER_MALFORMED. */
export function withPublicKeyErrors<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'DER_MALFORMED')
      throw publicKeyMalformed(error.message.replace(/^malformed DER: /, ''), error);
    throw error;
  }
}

export function publicKeyMalformed(why: string, cause?: unknown): MtlsError {
  return new MtlsError('KEY_MALFORMED', `malformed public key: ${why}`, { cause });
}

/**
 * As for public keys, but of the parser's error only the position is kept: its text can quote a
 * byte of the secret.
 *
 * @throws MtlsError KEY_MALFORMED in place of DER_MALFORMED.
 */
export function withPrivateKeyErrors<T>(form: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'DER_MALFORMED') throw error;
    const { offset } = error.data;
    throw privateKeyMalformed(
      `not ${form} as the standard has it${typeof offset === 'number' ? `, at byte ${offset}` : ''}`,
    );
  }
}

export function privateKeyMalformed(why: string): MtlsError {
  return new MtlsError('KEY_MALFORMED', `malformed private key: ${why}`);
}
