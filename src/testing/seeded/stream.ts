// Bytes from a seed: HKDF (RFC 5869) with a label for each thing, so that no two share theirs.
import { createHash, hkdfSync } from 'node:crypto';
import { MtlsError } from '../../base/errors.ts';
import { toUtf8 } from '../../base/bytes.ts';

/** Another value would be another set of fixtures for every seed there is. */
const SALT = toUtf8('mtls-toolkit seeded fixtures 1');

/** Octets under a path of labels; the same for ever. */
export type Stream = (path: readonly string[], octets: number) => Uint8Array;

/** @throws MtlsError BAD_OPTION for an empty seed */
export function streamOf(seed: string): Stream {
  // A lone surrogate has no UTF-8: two such seeds would become one
  if (typeof seed !== 'string' || seed === '' || /\p{Surrogate}/u.test(seed))
    throw new MtlsError('BAD_OPTION', 'the seed is empty, or no well-formed text', {
      hint: "give any text: seeded('checkout')",
    });
  const material = toUtf8(seed);
  return (path, octets) => new Uint8Array(hkdfSync('sha256', material, SALT, infoOf(path), octets));
}

/** A hash of the labels, which may be longer than HKDF takes; JSON keeps them apart. */
function infoOf(path: readonly string[]): Uint8Array {
  return createHash('sha256').update(JSON.stringify(path)).digest();
}
