// RSA keys for a seed: taken from those that are kept, for making one takes a tenth of a second.
import { invariant } from '../../base/assert.ts';
import { fromHex, toHex } from '../../base/bytes.ts';
import * as der from '../../asn1/writer.ts';
import { privateKeyFromPkcs1, type PrivateKey } from '../../crypto/key.ts';
import { PUBLIC_RSA_PRIMES, type KeptRsaType } from './rsa-primes.ts';

const EXPONENT = 65537n;

/** Hands out kept keys: none twice while there are others of its type. */
export class RsaPool {
  readonly #taken = new Map<KeptRsaType, number[]>();

  /**
   * The key that a number leads to, or the next one free. When all are taken they are lent again,
   * but for the first two, which are those of CAs.
   */
  take(type: KeptRsaType, wish: number): PrivateKey {
    const all = PUBLIC_RSA_PRIMES[type].map((_, index) => index);
    const taken = this.#taken.get(type) ?? [];
    const free = all.filter((index) => !taken.includes(index));
    const choice = free.length > 0 ? free : taken.slice(2);
    const chosen = choice[wish % choice.length];
    invariant(chosen !== undefined, 'more RSA keys are kept than CAs stand in a chain');
    this.#taken.set(type, taken.includes(chosen) ? taken : [...taken, chosen]);
    return keptRsaKey(type, chosen);
  }
}

const built = new Map<string, PrivateKey>();

/** A kept key by its number. */
function keptRsaKey(type: KeptRsaType, index: number): PrivateKey {
  const primes = PUBLIC_RSA_PRIMES[type][index];
  invariant(primes !== undefined, 'a key that is not kept');
  const known = built.get(primes);
  if (known !== undefined) return known;
  const key = keyOfPrimes(Buffer.from(primes, 'base64'));
  built.set(primes, key);
  return key;
}

/** RSAPrivateKey (RFC 8017 A.1.2) of two primes, joined. */
function keyOfPrimes(joined: Uint8Array): PrivateKey {
  const half = joined.length / 2;
  const p = BigInt(`0x${toHex(joined.subarray(0, half))}`);
  const q = BigInt(`0x${toHex(joined.subarray(half))}`);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = [p * q, EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  return privateKeyFromPkcs1(der.sequence(der.integer(0), ...numbers.map(integer)));
}

function integer(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const octets = fromHex(digits.padStart(digits.length + (digits.length % 2), '0'));
  invariant(octets !== undefined, 'a number is written in hexadecimal');
  return der.unsignedInteger(octets);
}

/** The number that times `value` leaves 1 (extended Euclid); both share no factor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}
