// RSA keys whose private halves are public: they sign the reproducible fixtures of this package.
import { toHex } from '../base/bytes.ts';
import { digest } from './digest.ts';
import type { PublicKey } from './public-key.ts';

/** The first eight octets of the SHA-256 of each SubjectPublicKeyInfo. */
const FINGERPRINTS: ReadonlySet<string> = new Set([
  '00cea3eb03ad0980',
  '91a97263d607d186',
  'bc9e2c7627201613',
  '0455919de7c69507',
  'f188a590bb8c25cf',
  '891e77ee1a5ddde3',
  '4e021f096cb71fd0',
  '8a9358c653e36e8c',
  'e686c9869ee9b436',
  '80060eea101ee806',
  '661e54bee5655ce8',
  '9a224f654b6b3318',
  '8b6818f4802d4611',
  'e20623a44fa157f9',
  '24820022645c7701',
  '4043b9abfca96d2b',
]);

/** Whether everybody has the private half of this key, because it comes with this package. */
export function isFixtureKey({ kind, spki }: PublicKey): boolean {
  return kind === 'rsa' && FINGERPRINTS.has(toHex(digest('sha256', spki).subarray(0, 8)));
}
