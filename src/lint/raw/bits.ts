// The BIT STRING of a key usage, octet by octet.
import { Tag } from '../../asn1/reader.ts';
import { elementsIn } from './elements.ts';

export interface RawBits {
  readonly unused: number;
  readonly octets: Uint8Array;
}

export function rawBits(value: Uint8Array): RawBits | undefined {
  const [element] = elementsIn(value);
  const [unused, ...octets] = element?.tag === Tag.BitString ? element.content : [];
  return unused === undefined ? undefined : { unused, octets: Uint8Array.from(octets) };
}

/** The number of the last bit that is set; -1 where none is. */
export function lastBit({ octets }: RawBits): number {
  for (let index = octets.length - 1; index >= 0; index--) {
    const octet = octets[index] as number;
    if (octet !== 0) return index * 8 + Math.clz32(octet & -octet) - 24;
  }
  return -1;
}
