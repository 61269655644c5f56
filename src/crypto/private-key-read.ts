// Private keys in their unencrypted encodings. Error messages name positions, never content.
import { createECDH, createPublicKey, type ECDH } from 'node:crypto';
import { MtlsError } from '../base/errors.ts';
import { bytesEqual, joinSecret, secretBytes, useSecret } from '../base/bytes.ts';
import { Tag, contextConstructed, contextPrimitive } from '../asn1/reader.ts';
import { enterWhole, readWhole, type DerReader } from '../asn1/reader.ts';
import { readOid } from '../asn1/oid.ts';
import { EC_PUBLIC_KEY, curveByOid, type Curve } from './curves.ts';
import { privateKeyMalformed, withPrivateKeyErrors } from './key-error.ts';
import {
  ecPrivateKey,
  ed25519Pkcs8,
  ed25519PrivateKey,
  importPkcs8,
  type PrivateKey,
} from './private-key.ts';
import { ED25519, RSA_ENCRYPTION, nameOfAlgorithm } from './public-key.ts';
import { readRsaPrivateKey } from './rsa-private.ts';

/**
 * Reads PrivateKeyInfo (RFC 5208 §5) or OneAsymmetricKey (RFC 5958 §2). The public key is
 * computed; one that stands inside must be the same.
 *
 * @throws MtlsError KEY_MALFORMED, or KEY_UNSUPPORTED for kinds of key that cannot sign here.
 */
export function privateKeyFromPkcs8(bytes: Uint8Array): PrivateKey {
  return withPrivateKeyErrors('PKCS#8', () => {
    const fields = enterWhole(bytes);
    const version = fields.smallInteger();
    if (version > 1) throw privateKeyMalformed(`PKCS#8 version ${version}`);
    const algorithm = fields.enter();
    const secret = fields.octetString();
    fields.optional(contextConstructed(0)); // attributes, which say nothing about the key
    const publicBits =
      version === 1 && fields.peek() === contextPrimitive(1)
        ? fields.bitStringBytes(contextPrimitive(1))
        : undefined;
    fields.end();
    const key = readByAlgorithm(algorithm, secret);
    if (publicBits !== undefined && !bytesEqual(publicBits, key.publicKey.keyBits))
      throw otherPublicKey();
    return key;
  });
}

function readByAlgorithm(algorithm: DerReader, secret: Uint8Array): PrivateKey {
  const oid = readOid(algorithm);
  switch (oid) {
    case EC_PUBLIC_KEY: {
      const curve = readCurve(algorithm);
      algorithm.end();
      return readEc(secret, curve);
    }
    case RSA_ENCRYPTION:
      if (!algorithm.done) algorithm.null();
      algorithm.end();
      return readRsaPrivateKey(secret);
    case ED25519: {
      algorithm.end();
      const seed = readWhole(secret, Tag.OctetString).content;
      if (seed.length !== 32) throw privateKeyMalformed('Ed25519 key is not 32 bytes');
      return readEd25519(seed);
    }
    default:
      throw new MtlsError('KEY_UNSUPPORTED', `unsupported private key: ${nameOfAlgorithm(oid)}`, {
        hint: 'use an EC, Ed25519 or RSA key',
      });
  }
}

/**
 * Reads SEC1's ECPrivateKey (RFC 5915 §3), which must name its curve.
 *
 * @throws MtlsError KEY_MALFORMED, KEY_UNSUPPORTED
 */
export function privateKeyFromSec1(bytes: Uint8Array): PrivateKey {
  return withPrivateKeyErrors('SEC1', () => readEc(bytes, undefined));
}

/**
 * Reads PKCS#1's RSAPrivateKey (RFC 8017 A.1.2).
 *
 * @throws MtlsError KEY_MALFORMED, KEY_UNSUPPORTED
 */
export function privateKeyFromPkcs1(bytes: Uint8Array): PrivateKey {
  return withPrivateKeyErrors('PKCS#1', () => readRsaPrivateKey(bytes));
}

function readEd25519(seed: Uint8Array): PrivateKey {
  const keyObject = useSecret(ed25519Pkcs8(seed), importPkcs8);
  const spki = createPublicKey(keyObject).export({ type: 'spki', format: 'der' });
  return ed25519PrivateKey(seed, spki.subarray(-32), keyObject);
}

function readEc(bytes: Uint8Array, outer: Curve | undefined): PrivateKey {
  const fields = enterWhole(bytes);
  if (fields.smallInteger() !== 1) throw privateKeyMalformed('EC key of an unknown version');
  const octets = fields.octetString();
  let inner: Curve | undefined;
  if (fields.peek() === contextConstructed(0)) {
    const parameters = fields.enter(contextConstructed(0));
    inner = readCurve(parameters);
    parameters.end();
  }
  let stated: Uint8Array | undefined;
  if (fields.peek() === contextConstructed(1)) {
    const wrapper = fields.enter(contextConstructed(1));
    stated = wrapper.bitStringBytes();
    wrapper.end();
  }
  fields.end();
  const curve = outer ?? inner;
  if (curve === undefined) throw privateKeyMalformed('EC key without its curve');
  if (inner !== undefined && inner !== curve)
    throw privateKeyMalformed('EC key that names two curves');
  return useSecret(atLength(octets, curve.octets), (scalar) => {
    const pair = multiply(curve, scalar);
    const point = pair.getPublicKey();
    if (stated !== undefined && !isPoint(stated, pair, point)) throw otherPublicKey();
    return ecPrivateKey(curve, scalar, point);
  });
}

/** A curve by name; explicit parameters could hide another generator (CVE-2020-0601). */
function readCurve(reader: DerReader): Curve {
  if (reader.peek() === Tag.Sequence)
    throw new MtlsError('KEY_UNSUPPORTED', 'the key spells out its curve instead of naming it', {
      hint: 'rewrite it: openssl ec -in old.key -param_enc named_curve -out new.key',
    });
  const oid = readOid(reader);
  const curve = curveByOid(oid);
  if (curve !== undefined) return curve;
  throw new MtlsError('KEY_UNSUPPORTED', `unsupported elliptic curve ${oid}`, {
    hint: 'use a key on P-256, P-384 or P-521',
  });
}

/** A copy: RFC 5915 §3 demands the full length; some writers drop zeros in front, or add one. */
function atLength(octets: Uint8Array, length: number): Uint8Array {
  const surplus = octets.length - length;
  if (surplus > 0) {
    if (octets.subarray(0, surplus).some((octet) => octet !== 0))
      throw privateKeyMalformed('EC key is longer than its curve');
    return joinSecret(octets.subarray(surplus));
  }
  const full = secretBytes(length);
  full.set(octets, -surplus);
  return full;
}

function multiply(curve: Curve, scalar: Uint8Array): ECDH {
  let pair: ECDH;
  try {
    pair = createECDH(curve.openssl);
  } catch (cause) {
    throw new MtlsError('KEY_UNSUPPORTED', `this Node has no curve ${curve.name}`, { cause });
  }
  try {
    pair.setPrivateKey(scalar);
  } catch {
    throw privateKeyMalformed(`EC key out of range for ${curve.name}`);
  }
  return pair;
}

function isPoint(stated: Uint8Array, pair: ECDH, point: Uint8Array): boolean {
  return bytesEqual(stated, point) || bytesEqual(stated, pair.getPublicKey(null, 'compressed'));
}

function otherPublicKey(): MtlsError {
  return privateKeyMalformed('the public key inside belongs to another private key');
}
