// Private keys: held so that no log, JSON or inspection shows them. A key copies what it is made
// of: whoever read it may wipe the bytes.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { invariant } from '../base/assert.ts';
import { MtlsError } from '../base/errors.ts';
import { joinSecret, useSecret, type Pkcs8Der } from '../base/bytes.ts';
import * as der from '../asn1/writer.ts';
import { pkcs8OfPair, spkiOfPoint, type Curve } from './curves.ts';
import { base64url, ecJwk } from './key-object.ts';
import {
  ED25519,
  RSA_ENCRYPTION,
  describeKey,
  parsePublicKey,
  spkiOfEd25519,
  spkiOfRsa,
  type PublicKey,
} from './public-key.ts';

export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** OpenSSL's form, built when first asked for. */
  readonly keyObject: KeyObject;
}

/** The one implementation; its secret stands in private fields, which nothing enumerates. */
class HeldKey implements PrivateKey {
  readonly publicKey: PublicKey;
  readonly #pkcs8: Pkcs8Der;
  readonly #build: () => KeyObject;
  #keyObject: KeyObject | undefined;

  #cleared = false;

  constructor(
    publicKey: PublicKey,
    pkcs8: Uint8Array,
    build = (): KeyObject => importPkcs8(pkcs8),
  ) {
    this.publicKey = publicKey;
    this.#pkcs8 = pkcs8 as Pkcs8Der;
    this.#build = build;
  }

  get keyObject(): KeyObject {
    this.#keyObject ??= this.#build();
    return this.#keyObject;
  }

  static pkcs8Of(key: PrivateKey): Pkcs8Der {
    invariant(key instanceof HeldKey, 'private key of foreign make');
    invariant(!key.#cleared, 'a private key that only signs is written');
    return key.#pkcs8;
  }

  static clear(key: PrivateKey): void {
    invariant(key instanceof HeldKey, 'private key of foreign make');
    // Built first: it signs from OpenSSL's memory
    key.#keyObject ??= key.#build();
    key.#pkcs8.fill(0);
    key.#cleared = true;
  }

  toJSON(): never {
    throw new MtlsError(
      'INTERNAL',
      'internal error: a private key was about to be written as JSON',
    );
  }

  toString(): string {
    return `[private key: ${describeKey(this.publicKey)}]`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * PrivateKeyInfo (RFC 5208 §5) in one form, whatever form the key was read from:
 * version 0, no attributes, EC without repeated parameters and with its public key, as OpenSSL
 * writes it.
 */
export function pkcs8Of(key: PrivateKey): Pkcs8Der {
  return HeldKey.pkcs8Of(key);
}

/** Clears what a key was made of: from here on it signs, and can not be written any more. */
export function keepForSigning(key: PrivateKey): void {
  HeldKey.clear(key);
}

function privateKeyInfo(identifier: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return useSecret(der.octetString(privateKey), (octets) =>
    der.sequence(der.integer(0), identifier, octets),
  );
}

/**
 * How OpenSSL's form is built. JWK takes 45 µs where PKCS#8 takes 300, and leaves the key in a
 * string, which nothing can clear: it is for keys that were made a moment ago.
 */
type Route = 'jwk' | 'pkcs8';

/** A key from its scalar, at full length, and its uncompressed point; the two must belong together. */
export function ecPrivateKey(
  curve: Curve,
  scalar: Uint8Array,
  point: Uint8Array,
  route: Route = 'pkcs8',
): PrivateKey {
  const pkcs8 = pkcs8OfPair(curve, scalar, point);
  const publicKey = parsePublicKey(spkiOfPoint(curve, point));
  if (!curve.jwk || route !== 'jwk') return new HeldKey(publicKey, pkcs8);
  const held = pkcs8.subarray(curve.pkcs8Prefix.length).subarray(0, curve.octets);
  return new HeldKey(publicKey, pkcs8, () =>
    createPrivateKey({ key: { ...ecJwk(curve, point), d: base64url(held) }, format: 'jwk' }),
  );
}

/** A key from its RSAPrivateKey and RSAPublicKey (RFC 8017 A.1); the two must belong together. */
export function rsaPrivateKey(rsa: Uint8Array, rsaPublic: Uint8Array): PrivateKey {
  const identifier = der.sequence(der.oid(RSA_ENCRYPTION), der.nullValue());
  const publicKey = parsePublicKey(spkiOfRsa(rsaPublic));
  const pkcs8 = privateKeyInfo(identifier, rsa);
  const held = pkcs8.subarray(-rsa.length);
  return new HeldKey(publicKey, pkcs8, () =>
    createPrivateKey({ key: viewOf(held), format: 'der', type: 'pkcs1' }),
  );
}

/**
 * A key from its seed and its public key, 32 octets each; the two must belong together.
 *
 * @param route how OpenSSL's form is built, or that form: a second one would be a second copy
 */
export function ed25519PrivateKey(
  seed: Uint8Array,
  point: Uint8Array,
  route: 'jwk' | KeyObject,
): PrivateKey {
  const pkcs8 = ed25519Pkcs8(seed);
  const publicKey = parsePublicKey(spkiOfEd25519(point));
  if (route !== 'jwk') return new HeldKey(publicKey, pkcs8, () => route);
  const held = pkcs8.subarray(-seed.length);
  return new HeldKey(publicKey, pkcs8, () =>
    createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: base64url(point), d: base64url(held) },
      format: 'jwk',
    }),
  );
}

// All of it but the seed, whose length never changes.
const ED25519_PREFIX = privateKeyInfo(
  der.sequence(der.oid(ED25519)),
  der.octetString(new Uint8Array(32)),
).subarray(0, -32);

/** PrivateKeyInfo of a seed (RFC 8410 §7). */
export function ed25519Pkcs8(seed: Uint8Array): Uint8Array {
  return joinSecret(ED25519_PREFIX, seed);
}

/** OpenSSL's form of a PrivateKeyInfo. */
export function importPkcs8(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: viewOf(pkcs8), format: 'der', type: 'pkcs8' });
}

/** The same bytes: a copy would have to be cleared too. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
