// INTEGERs beyond 2^53 as bigint: CRL numbers go to 20 octets (RFC 5280 §5.2.3).
import { fromHex, toHex } from '../base/bytes.ts';
import { invariant } from '../base/assert.ts';

/** Value of two's complement content octets. */
export function bigintOf(content: Uint8Array): bigint {
  return content.length === 0
    ? 0n
    : BigInt.asIntN(8 * content.length, BigInt(`0x${toHex(content)}`));
}

/** Content octets of a non-negative INTEGER. */
export function integerContent(value: bigint): Uint8Array {
  invariant(value >= 0n, 'integer out of range');
  const hex = value.toString(16);
  const octets = fromHex(hex.length % 2 === 0 ? hex : `0${hex}`) as Uint8Array;
  return (octets[0] as number) >= 0x80 ? Uint8Array.of(0, ...octets) : octets;
}
