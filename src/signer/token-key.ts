// Keys and signatures between a token's form and ours.
import { MtlsError } from '../base/errors.ts';
import { enterWhole, Tag } from '../asn1/reader.ts';
import * as der from '../asn1/writer.ts';
import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { HashName } from '../crypto/digest.ts';
import { parsePublicKey, type PublicKey } from '../crypto/key.ts';
import { spkiOfEd25519, spkiOfRsa } from '../crypto/public-key.ts';

const EC_PUBLIC_KEY = der.oid('1.2.840.10045.2.1');

/** A public key as a token shows it. */
export type TokenPublicKey =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  /** CKA_EC_PARAMS and CKA_EC_POINT. */
  | { readonly kind: 'ec' | 'edwards'; readonly params: Uint8Array; readonly point: Uint8Array };

/** Throws KEY_UNSUPPORTED, KEY_MALFORMED. */
export function publicKeyOfToken(key: TokenPublicKey): PublicKey {
  switch (key.kind) {
    case 'rsa':
      return parsePublicKey(
        spkiOfRsa(
          der.sequence(der.unsignedInteger(key.modulus), der.unsignedInteger(key.exponent)),
        ),
      );
    case 'ec':
      return parsePublicKey(
        der.sequence(
          der.sequence(EC_PUBLIC_KEY, key.params),
          der.bitString(pointOf(key.point, 0x04)),
        ),
      );
    case 'edwards': {
      const point = pointOf(key.point, undefined);
      // Ed448 has 57 octets
      if (point.length === 32) return parsePublicKey(spkiOfEd25519(point));
      throw new MtlsError('KEY_UNSUPPORTED', 'the token’s key is no Ed25519 key', {
        hint: 'make one on P-256, P-384, P-521 or edwards25519, or an RSA key',
      });
    }
  }
}

/** CKA_EC_POINT is the DER of an OCTET STRING (PKCS#11 2.40 §2.3.3); some tokens leave that out. */
function pointOf(value: Uint8Array, first: number | undefined): Uint8Array {
  try {
    const reader = enterWhole(der.sequence(value));
    const { content } = reader.next(Tag.OctetString);
    reader.end();
    if (first === undefined || content[0] === first) return content;
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
  }
  return value;
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3) of r and s side by side; undefined for an odd length. */
export function ecdsaSigValue(raw: Uint8Array): Uint8Array | undefined {
  const octets = raw.length / 2;
  if (!Number.isInteger(octets) || octets === 0) return undefined;
  return der.sequence(
    der.unsignedInteger(raw.subarray(0, octets)),
    der.unsignedInteger(raw.subarray(octets)),
  );
}

// RFC 5758 §2, RFC 8017 §9.2
const HASH_OIDS: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** What CKM_RSA_PKCS pads: the DigestInfo of RFC 8017 §9.2, since the token does not hash. */
export function digestInfo(hash: HashName, digest: Uint8Array): Uint8Array {
  return der.sequence(
    der.sequence(der.oid(HASH_OIDS[hash]), der.nullValue()),
    der.octetString(digest),
  );
}

/** What a token is asked to sign, and with which mechanism. */
export function tokenQuestion(
  { scheme, hash }: SignatureAlgorithm,
  input: Uint8Array,
): { readonly mechanism: number; readonly data: Uint8Array } {
  const CKM_RSA_PKCS = 0x1;
  const CKM_ECDSA = 0x1041;
  const CKM_EDDSA = 0x1057;
  if (scheme === 'rsa-pkcs1' && hash !== null)
    return { mechanism: CKM_RSA_PKCS, data: digestInfo(hash, input) };
  return { mechanism: scheme === 'ed25519' ? CKM_EDDSA : CKM_ECDSA, data: input };
}
