// Checking signatures: a bad one is an answer, never an exception.
import { constants, verify } from 'node:crypto';
import { MtlsError } from '../base/errors.ts';
import { enterWhole, type DerReader } from '../asn1/reader.ts';
import type { SignatureAlgorithm } from './algorithms.ts';
import { RSASSA_PSS } from './pss.ts';
import { keyObjectOf } from './key-object.ts';
import { RSA_ENCRYPTION, type PublicKey } from './public-key.ts';

/**
 * Whether the signature is the key's over the message. False as well for an algorithm that the
 * key cannot have, for signatures outside strict DER or of a wrong length, and for keys that do
 * not hold together.
 */
export function verifySignature(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!fits(algorithm, key) || !isWellFormed(algorithm, key, signature)) return false;
  try {
    const keyObject = keyObjectOf(key);
    if (algorithm.scheme !== 'rsa-pss')
      return verify(algorithm.hash, message, keyObject, signature);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const saltLength = algorithm.saltLength ?? 0;
    return verify(algorithm.hash, message, { key: keyObject, padding, saltLength }, signature);
  } catch {
    // OpenSSL throws for keys that it refuses: off the curve, too short for the hash, too long.
    return false;
  }
}

function fits(algorithm: SignatureAlgorithm, key: PublicKey): boolean {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return key.kind === 'ec';
    case 'rsa-pkcs1':
      // RFC 4055 §1.2: a key marked for PSS signs nothing else
      return key.algorithmOid === RSA_ENCRYPTION;
    case 'rsa-pss':
      return key.algorithmOid === RSA_ENCRYPTION || key.algorithmOid === RSASSA_PSS;
    case 'ed25519':
      return key.kind === 'ed25519';
    case 'dsa':
      return key.kind === 'dsa';
  }
}

function isWellFormed(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  signature: Uint8Array,
): boolean {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return isPairOfIntegers(signature, octetsOf(key.bits ?? 1024));
    case 'dsa':
      return isPairOfIntegers(signature, 64);
    case 'rsa-pkcs1':
    case 'rsa-pss':
      // RFC 8017 §8.1.2, §8.2.2: as long as the modulus
      return signature.length === octetsOf(key.bits ?? 0);
    case 'ed25519':
      return signature.length === 64;
  }
}

function octetsOf(bits: number): number {
  return Math.ceil(bits / 8);
}

/** ECDSA-Sig-Value and Dss-Sig-Value (RFC 3279 §2.2.2–3) in strict DER, both numbers positive. */
function isPairOfIntegers(signature: Uint8Array, maxOctets: number): boolean {
  try {
    const fields = enterWhole(signature);
    const whole = isPositive(fields, maxOctets) && isPositive(fields, maxOctets);
    fields.end();
    return whole;
  } catch (error) {
    if (error instanceof MtlsError) return false;
    throw error;
  }
}

function isPositive(fields: DerReader, maxOctets: number): boolean {
  const content = fields.integerBytes();
  const first = content[0] as number;
  if (first >= 0x80 || (first === 0 && content.length === 1)) return false;
  return content.length - (first === 0 ? 1 : 0) <= maxOctets;
}
