// Private keys: held so that no log, JSON or inspection shows them. A key copies what it is made
// of: whoever read it may wipe the bytes.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { invariant } from '../base/assert.ts';
import { MtlsError } from '../base/errors.ts';
import type { Pkcs8Der } from '../base/bytes.ts';
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

  constructor(publicKey: PublicKey, pkcs8: Uint8Array, build: () => KeyObject) {
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
    return key.#pkcs8;
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

function privateKeyInfo(identifier: Uint8Array, privateKey: Uint8Array): Uint8Array {
  return der.sequence(der.integer(0), identifier, der.octetString(privateKey));
}

/** A key from its scalar, at full length, and its uncompressed point; the two must belong together. */
export function ecPrivateKey(curve: Curve, given: Uint8Array, point: Uint8Array): PrivateKey {
  const scalar = Uint8Array.from(given);
  const pkcs8 = pkcs8OfPair(curve, scalar, point);
  return new HeldKey(parsePublicKey(spkiOfPoint(curve, point)), pkcs8, () =>
    // JWK takes 45 µs where PKCS#8 takes 300.
    curve.jwk
      ? createPrivateKey({
          key: { ...ecJwk(curve, point), d: base64url(scalar) },
          format: 'jwk',
        })
      : importPkcs8(pkcs8),
  );
}

/** A key from its RSAPrivateKey and RSAPublicKey (RFC 8017 A.1); the two must belong together. */
export function rsaPrivateKey(given: Uint8Array, rsaPublic: Uint8Array): PrivateKey {
  const rsa = Uint8Array.from(given);
  const identifier = der.sequence(der.oid(RSA_ENCRYPTION), der.nullValue());
  const publicKey = parsePublicKey(spkiOfRsa(rsaPublic));
  return new HeldKey(publicKey, privateKeyInfo(identifier, rsa), () =>
    createPrivateKey({ key: Buffer.from(rsa), format: 'der', type: 'pkcs1' }),
  );
}

/** A key from its seed and its public key, 32 octets each; the two must belong together. */
export function ed25519PrivateKey(given: Uint8Array, point: Uint8Array): PrivateKey {
  const seed = Uint8Array.from(given);
  const pkcs8 = privateKeyInfo(der.sequence(der.oid(ED25519)), der.octetString(seed));
  return new HeldKey(parsePublicKey(spkiOfEd25519(point)), pkcs8, () =>
    createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: base64url(point), d: base64url(seed) },
      format: 'jwk',
    }),
  );
}

function importPkcs8(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}
