// Public keys that no writer of ours writes.
import { fromHex } from '../../base/bytes.ts';
import {
  bitString,
  integer,
  octetString,
  oid,
  sequence,
  unsignedInteger,
} from '../../asn1/writer.ts';
import { EC_PUBLIC_KEY, P256, spkiOfPoint } from '../../crypto/curves.ts';
import type { PublicKey } from '../../crypto/key.ts';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;

// SEC 2 §2.4.2
const FIELD = hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');
const A = hex('ffffffff00000001000000000000000000000000fffffffffffffffffffffffc');
const B = hex('5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b');
const GENERATOR = hex(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);
const ORDER = hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const PRIME_FIELD = '1.2.840.10045.1.1';

/** The same key with the numbers of its curve (SEC 1 C.2), which RFC 5480 §2.1.1 forbids. */
export function explicitP256({ keyBits }: PublicKey): Uint8Array {
  const parameters = sequence(
    integer(1),
    sequence(oid(PRIME_FIELD), unsignedInteger(FIELD)),
    sequence(octetString(A), octetString(B)),
    octetString(GENERATOR),
    unsignedInteger(ORDER),
    integer(1),
  );
  return sequence(sequence(oid(EC_PUBLIC_KEY), parameters), bitString(keyBits));
}

/** A point whose coordinates do not fit each other. */
export function offCurve({ keyBits }: PublicKey): Uint8Array {
  const last = keyBits.length - 1;
  return spkiOfPoint(P256, keyBits.with(last, (keyBits[last] as number) ^ 1));
}
