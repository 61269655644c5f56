// Reaching the key of a signer, whichever kind it is.
import { MtlsError } from '../base/errors.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { execSigner, type SignerSurroundings } from './exec.ts';
import type { SignerSpec } from './spec.ts';
import { openTokenKey } from './token.ts';

export interface Connection extends SignerSurroundings {
  /** The PIN of a token that wants one. */
  readonly pin: (what: string) => Promise<Uint8Array>;
}

/**
 * Reaches a key that is elsewhere.
 *
 * @param publicKey of the CA; undefined where the token is to be asked for it
 * @throws MtlsError SIGNER_FAILED, PASSPHRASE_WRONG, KEY_UNSUPPORTED; USAGE where a program has no
 * public key
 */
export async function connectSigner(
  spec: SignerSpec,
  publicKey: PublicKey | undefined,
  connection: Connection,
): Promise<Signer> {
  if (spec.kind === 'exec') {
    if (publicKey) return execSigner(spec, publicKey, connection);
    throw new MtlsError('USAGE', 'a program signs, but does not say under which key', {
      hint: 'give the public key with --public-key <file>',
    });
  }
  const key = await openTokenKey(spec.uri, {
    module: connection.env['MTLS_PKCS11_MODULE'],
    pin: connection.pin,
    signal: connection.signal,
  });
  return key.signer(publicKey ?? key.publicKey());
}
