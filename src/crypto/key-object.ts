// OpenSSL's form of public keys, built when first used and kept a while.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { MtlsError } from '../base/errors.ts';
import { curveByName, type Curve } from './curves.ts';
import { publicKeyMalformed } from './key-error.ts';
import { RSA_ENCRYPTION, describeKey, readRsaPublicKey, type PublicKey } from './public-key.ts';

/** A long exponent makes one verification as dear as hundreds; OpenSSL's bound for long keys. */
const MAX_EXPONENT_LENGTH = 8;

const held = new WeakMap<PublicKey, KeyObject>();

// A chain parsed anew each time still brings the same few issuers: those are kept by their bytes.
const recent = new Map<string, KeyObject>();
const RECENT_KEYS = 256;
const RECENT_KEY_LENGTH = 4096;

/**
 * OpenSSL's form of a key, built once.
 *
 * @throws MtlsError KEY_MALFORMED for a point off its curve, KEY_UNSUPPORTED for an algorithm
 *   that OpenSSL does not know.
 */
export function keyObjectOf(key: PublicKey): KeyObject {
  const known = held.get(key);
  if (known !== undefined) return known;
  const { spki } = key;
  const name =
    spki.length <= RECENT_KEY_LENGTH
      ? Buffer.from(spki.buffer, spki.byteOffset, spki.byteLength).toString('latin1')
      : undefined;
  const found = (name === undefined ? undefined : recent.get(name)) ?? build(key);
  held.set(key, found);
  if (name !== undefined) {
    // Taken out and put back, so that the first entry is the one unused for longest.
    recent.delete(name);
    recent.set(name, found);
    if (recent.size > RECENT_KEYS) recent.delete(recent.keys().next().value as string);
  }
  return found;
}

function build(key: PublicKey): KeyObject {
  try {
    return importKey(key);
  } catch (cause) {
    throw key.kind === 'other'
      ? new MtlsError('KEY_UNSUPPORTED', `unknown kind of key: ${describeKey(key)}`, { cause })
      : new MtlsError('KEY_MALFORMED', `malformed public key: ${describeKey(key)} key is invalid`, {
          cause,
        });
  }
}

/** JWK and PKCS#1 take 2–45 µs where SubjectPublicKeyInfo takes 60–110. */
function importKey(key: PublicKey): KeyObject {
  if (key.kind === 'rsa' && readRsaPublicKey(key.keyBits).exponent.length > MAX_EXPONENT_LENGTH)
    throw publicKeyMalformed('RSA exponent over 64 bits');
  if (key.kind === 'ed25519')
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: base64url(key.keyBits) },
      format: 'jwk',
    });
  if (key.kind === 'rsa' && key.algorithmOid === RSA_ENCRYPTION)
    return createPublicKey({ key: asBuffer(key.keyBits), format: 'der', type: 'pkcs1' });
  const curve = curveByName(key.curve);
  if (curve?.jwk === true)
    return createPublicKey({ key: ecJwk(curve, key.keyBits), format: 'jwk' });
  return createPublicKey({ key: asBuffer(key.spki), format: 'der', type: 'spki' });
}

/** The public members of an EC key's JWK (RFC 7518 §6.2.1). */
export function ecJwk(
  curve: Curve,
  point: Uint8Array,
): { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string } {
  const split = 1 + curve.octets;
  return {
    kty: 'EC',
    crv: curve.name,
    x: base64url(point.subarray(1, split)),
    y: base64url(point.subarray(split)),
  };
}

export function base64url(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64url');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
