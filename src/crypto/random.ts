// Random octets of the system's generator.
import { randomBytes as systemRandomBytes } from 'node:crypto';

export function randomBytes(count: number): Uint8Array {
  return systemRandomBytes(count);
}

/**
 * A serial number as the content octets of its INTEGER: 20 octets, positive, in shortest form
 * (RFC 5280 §4.1.2.2), 159 bits drawn at random.
 */
export function randomSerial(): Uint8Array {
  for (;;) {
    const octets = randomBytes(20);
    octets[0] = (octets[0] as number) & 0x7f;
    // A zero in front would have to be dropped from DER; drawing again costs 0.01 bit.
    if (octets[0] !== 0) return octets;
  }
}
