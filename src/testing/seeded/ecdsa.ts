// ECDSA without chance: keys from octets, signatures by RFC 6979. The only room that loads
// @noble/curves.
import { createECDH } from 'node:crypto';
import { invariant } from '../../base/assert.ts';
import { fromHex } from '../../base/bytes.ts';
import { signatureAlgorithmFor } from '../../crypto/algorithms.ts';
import { P256, P384, P521, type Curve } from '../../crypto/curves.ts';
import { pkcs8Of, type PrivateKey } from '../../crypto/key.ts';
import { ecPrivateKey } from '../../crypto/private-key.ts';
import type { LocalSigner } from '../../crypto/sign.ts';

/** A curve that signs by RFC 6979. */
export interface SigningCurve {
  /** Octets that a private key is made of: 64 bits more than the order has, or a few more still. */
  readonly seedOctets: number;
  /** Reduces without a bias that anybody could see (FIPS 186-5 A.2.1). */
  keyFrom(octets: Uint8Array): PrivateKey;
  signerOf(key: PrivateKey): LocalSigner;
}

export type EcType = 'ec-p256' | 'ec-p384' | 'ec-p521';

/** Loads the curves; from then on all is synchronous. */
export async function loadCurves(): Promise<Readonly<Record<EcType, SigningCurve>>> {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js');
  return {
    'ec-p256': signingCurve(P256, p256),
    'ec-p384': signingCurve(P384, p384),
    'ec-p521': signingCurve(P521, p521),
  };
}

/** What is used of `@noble/curves`. */
interface Ecdsa {
  readonly Point: { readonly Fn: { readonly ORDER: bigint } };
  sign(
    message: Uint8Array,
    scalar: Uint8Array,
    options: { readonly lowS: false; readonly format: 'der'; readonly extraEntropy: false },
  ): Uint8Array;
}

function signingCurve(curve: Curve, ecdsa: Ecdsa): SigningCurve {
  const order = ecdsa.Point.Fn.ORDER;
  return {
    seedOctets: Math.ceil((curve.bits + 64) / 8),
    keyFrom: (octets) => keyOf(curve, (toBigInt(octets) % (order - 1n)) + 1n),
    signerOf(key) {
      const { publicKey } = key;
      invariant(publicKey.curve === curve.name, 'a key of another curve');
      const start = curve.pkcs8Prefix.length;
      const scalar = pkcs8Of(key).subarray(start, start + curve.octets);
      return {
        publicKey,
        // Each curve's hash is the one that @noble/curves takes for it
        algorithm: signatureAlgorithmFor(publicKey),
        // S as it comes, low or high: RFC 6979 and FIPS 186-5 know no other
        sign: (message) =>
          ecdsa.sign(message, scalar, { lowS: false, format: 'der', extraEntropy: false }),
      };
    },
  };
}

function keyOf(curve: Curve, number: bigint): PrivateKey {
  const scalar = fromHex(number.toString(16).padStart(2 * curve.octets, '0'));
  invariant(scalar !== undefined, 'a number is written in hexadecimal');
  const pair = createECDH(curve.openssl);
  pair.setPrivateKey(scalar);
  return ecPrivateKey(curve, scalar, pair.getPublicKey());
}

function toBigInt(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}
