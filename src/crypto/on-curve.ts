// Whether a public key is a point of its curve: y² = x³ − 3x + b (SEC 1 §3.2.2.1).
import { toHex } from '../base/bytes.ts';
import type { PublicKey } from './public-key.ts';

interface Equation {
  /** Of the field. */
  readonly prime: bigint;
  readonly b: bigint;
}

// SEC 2 §2.4.2, §2.5.1, §2.6.1
const EQUATIONS: ReadonlyMap<string | undefined, Equation> = new Map([
  [
    'P-256',
    {
      prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
      b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    },
  ],
  [
    'P-384',
    {
      prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    },
  ],
  [
    'P-521',
    {
      prime: 2n ** 521n - 1n,
      b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    },
  ],
]);

// Issuers' keys recur from chain to chain
const known = new WeakMap<PublicKey, boolean>();

/** Of the curves that keys are made on; a key of another one, or of no curve, is not judged. */
export function isOnCurve(key: PublicKey): boolean {
  let answer = known.get(key);
  if (answer === undefined) {
    answer = fulfils(key);
    known.set(key, answer);
  }
  return answer;
}

function fulfils({ curve, keyBits }: PublicKey): boolean {
  const equation = EQUATIONS.get(curve);
  if (!equation) return true;
  const { prime, b } = equation;
  const half = (keyBits.length - 1) / 2;
  const x = BigInt(`0x${toHex(keyBits.subarray(1, 1 + half))}`);
  const y = BigInt(`0x${toHex(keyBits.subarray(1 + half))}`);
  if (x >= prime || y >= prime) return false;
  return (y * y - (x * x - 3n) * x - b) % prime === 0n;
}
