// The block ciphers that encrypted keys use, all in CBC mode.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { joinSecret, useSecret } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';

export interface Cipher {
  /** Node's name. */
  readonly name: string;
  readonly oid: string;
  /** As a DEK-Info header has it. */
  readonly pemName: string;
  readonly keyLength: number;
  readonly blockLength: number;
}

function cipher(name: string, oid: string, keyLength: number, blockLength: number): Cipher {
  return { name, oid, pemName: name.toUpperCase(), keyLength, blockLength };
}

// RFC 8018 B.2, RFC 3565 §4.1
export const AES_256_CBC = cipher('aes-256-cbc', '2.16.840.1.101.3.4.1.42', 32, 16);

export const DES_EDE3_CBC = cipher('des-ede3-cbc', '1.2.840.113549.3.7', 24, 8);

export const CIPHERS: readonly Cipher[] = [
  AES_256_CBC,
  cipher('aes-192-cbc', '2.16.840.1.101.3.4.1.22', 24, 16),
  cipher('aes-128-cbc', '2.16.840.1.101.3.4.1.2', 16, 16),
  DES_EDE3_CBC,
];

export function encrypt(
  { name }: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const engine = createCipheriv(name, key, iv);
  return Buffer.concat([engine.update(plain), engine.final()]);
}

/**
 * Decrypts and takes the padding off.
 *
 * @throws MtlsError PASSPHRASE_WRONG when the padding is not one; that it fits proves nothing
 *   (one wrong key in 256 does). KEY_MALFORMED when the lengths cannot be.
 */
export function decrypt(
  { name, blockLength }: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array {
  if (iv.length !== blockLength || encrypted.length === 0 || encrypted.length % blockLength !== 0)
    throw new MtlsError('KEY_MALFORMED', 'malformed encrypted key: not whole cipher blocks');
  const engine = createDecipheriv(name, key, iv);
  return useSecret(engine.update(encrypted), (first) => {
    try {
      return useSecret(engine.final(), (last) => joinSecret(first, last));
    } catch {
      throw passphraseWrong();
    }
  });
}

export function passphraseWrong(): MtlsError {
  return new MtlsError('PASSPHRASE_WRONG', 'the passphrase does not open the key');
}
