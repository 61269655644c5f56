// Elliptic curves that keys are read on; the first three are the ones keys are made on.
import { bytesEqual, concatBytes } from '../base/bytes.ts';
import * as der from '../asn1/writer.ts';

export interface Curve {
  /** As people and JWK write it: `P-256`. */
  readonly name: string;
  readonly oid: string;
  /** OpenSSL's name. */
  readonly openssl: string;
  /** Size of the field. */
  readonly bits: number;
  /** Octets of one coordinate, and of a private key (RFC 5915 §3). */
  readonly octets: number;
  /** Whether Node reads keys on it as JWK, which is several times faster than DER. */
  readonly jwk: boolean;
  /** All octets of a SubjectPublicKeyInfo before the point's coordinates. */
  readonly spkiPrefix: Uint8Array;
  /** All octets of a PrivateKeyInfo before the scalar, and between it and the coordinates. */
  readonly pkcs8Prefix: Uint8Array;
  readonly pkcs8Middle: Uint8Array;
}

/** First octet of an uncompressed point (SEC 1 §2.3.3). */
const UNCOMPRESSED = 4;

export const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

function curve(name: string, oid: string, openssl: string, bits: number, jwk = false): Curve {
  const octets = Math.ceil(bits / 8);
  // RFC 5480 §2.1.1
  const identifier = der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(oid));
  const point = der.bitString(new Uint8Array(1 + 2 * octets).fill(UNCOMPRESSED));
  const spki = der.sequence(identifier, point);
  // RFC 5915 §3, without parameters, as OpenSSL writes it
  const statedPoint = der.explicit(1, point);
  const scalar = der.octetString(new Uint8Array(octets));
  const secret = der.sequence(der.integer(1), scalar, statedPoint);
  const pkcs8 = der.sequence(der.integer(0), identifier, der.octetString(secret));
  const scalarEnd = pkcs8.length - statedPoint.length;
  return {
    name,
    oid,
    openssl,
    bits,
    octets,
    jwk,
    spkiPrefix: spki.subarray(0, -2 * octets),
    pkcs8Prefix: pkcs8.subarray(0, scalarEnd - octets),
    pkcs8Middle: pkcs8.subarray(scalarEnd, -2 * octets),
  };
}

export const P256 = curve('P-256', '1.2.840.10045.3.1.7', 'prime256v1', 256, true);
export const P384 = curve('P-384', '1.3.132.0.34', 'secp384r1', 384, true);
export const P521 = curve('P-521', '1.3.132.0.35', 'secp521r1', 521, true);

const CURVES: readonly Curve[] = [
  P256,
  P384,
  P521,
  curve('P-224', '1.3.132.0.33', 'secp224r1', 224),
  curve('secp256k1', '1.3.132.0.10', 'secp256k1', 256),
  curve('brainpoolP256r1', '1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1', 256),
  curve('brainpoolP384r1', '1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1', 384),
  curve('brainpoolP512r1', '1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1', 512),
];

export function curveByOid(oid: string): Curve | undefined {
  return CURVES.find((known) => known.oid === oid);
}

export function curveByName(name: string | undefined): Curve | undefined {
  return CURVES.find((known) => known.name === name);
}

/** The curve of a well-formed SubjectPublicKeyInfo, told by its first octets and its length. */
export function curveBySpki(spki: Uint8Array): Curve | undefined {
  return CURVES.find(
    ({ spkiPrefix, octets }) =>
      spki.length === spkiPrefix.length + 2 * octets &&
      bytesEqual(spki.subarray(0, spkiPrefix.length), spkiPrefix),
  );
}

/** SubjectPublicKeyInfo of an uncompressed point (RFC 5480 §2.2). */
export function spkiOfPoint(on: Curve, point: Uint8Array): Uint8Array {
  return concatBytes([on.spkiPrefix, point.subarray(1)]);
}

/** PrivateKeyInfo of a scalar at full length and its uncompressed point. */
export function pkcs8OfPair(on: Curve, scalar: Uint8Array, point: Uint8Array): Uint8Array {
  return concatBytes([on.pkcs8Prefix, scalar, on.pkcs8Middle, point.subarray(1)]);
}
