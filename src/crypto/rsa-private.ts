// RSA private keys: their eight numbers must belong together, else a signature could give the
// key away (the fault attack on the Chinese remainder form).
import { MtlsError } from '../base/errors.ts';
import { toHex } from '../base/bytes.ts';
import { enterWhole, type DerReader } from '../asn1/reader.ts';
import * as der from '../asn1/writer.ts';
import { privateKeyMalformed } from './key-error.ts';
import { rsaPrivateKey, type PrivateKey } from './private-key.ts';

/** OpenSSL computes with no longer modulus (OPENSSL_RSA_MAX_MODULUS_BITS). */
const MAX_MODULUS_OCTETS = 16384 / 8;

/**
 * Reads RSAPrivateKey (RFC 8017 A.1.2) of two primes and checks its numbers against each other.
 *
 * @throws MtlsError DER_MALFORMED, KEY_MALFORMED, KEY_UNSUPPORTED
 */
export function readRsaPrivateKey(bytes: Uint8Array): PrivateKey {
  const fields = enterWhole(bytes);
  const version = fields.smallInteger();
  if (version === 1)
    throw new MtlsError('KEY_UNSUPPORTED', 'RSA keys of more than two primes are not supported');
  if (version !== 0) throw privateKeyMalformed('RSA key of an unknown version');
  const modulus = numberOctets(fields);
  const exponent = numberOctets(fields);
  const [d, p, q, dp, dq, qInverse] = [0, 1, 2, 3, 4, 5].map(() =>
    toBigInt(numberOctets(fields)),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint];
  fields.end();
  const e = toBigInt(exponent);
  const belong =
    p > 1n &&
    q > 1n &&
    p * q === toBigInt(modulus) &&
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    (qInverse * q) % p === 1n;
  if (!belong) throw privateKeyMalformed('the numbers of the RSA key do not belong together');
  return rsaPrivateKey(
    bytes,
    der.sequence(der.integerFromContent(modulus), der.integerFromContent(exponent)),
  );
}

function numberOctets(fields: DerReader): Uint8Array {
  const content = fields.integerBytes();
  if ((content[0] as number) >= 0x80) throw privateKeyMalformed('RSA key with a negative number');
  if (content.length > MAX_MODULUS_OCTETS + 1)
    throw new MtlsError('KEY_UNSUPPORTED', 'RSA keys over 16384 bits are not supported');
  return content;
}

function toBigInt(content: Uint8Array): bigint {
  return BigInt(`0x${toHex(content)}`);
}
