// DSA keys may leave their parameters to their issuer's key (RFC 3279 §2.3.2).
import { enterWhole } from '../asn1/reader.ts';
import * as der from '../asn1/writer.ts';
import { withPublicKeyErrors } from './key-error.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';

/**
 * The key to verify with: itself, or for a DSA key without parameters one that has those of the
 * issuer's working key (RFC 5280 §6.1.4 (e)). Its spki is then no longer the certificate's.
 *
 * @throws MtlsError KEY_MALFORMED
 */
export function withInheritedParameters(key: PublicKey, issuerKey: PublicKey): PublicKey {
  if (key.kind !== 'dsa' || issuerKey.kind !== 'dsa') return key;
  return withPublicKeyErrors(() => {
    const own = enterWhole(key.spki).enter();
    own.next();
    if (!own.done) return key;
    const issuerAlgorithm = enterWhole(issuerKey.spki).next().whole;
    return parsePublicKey(der.sequence(issuerAlgorithm, der.bitString(key.keyBits)));
  });
}
