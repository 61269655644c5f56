// DSA keys may leave their parameters to be those of their issuer's key (RFC 3279 §2.3.2): the key
// is whole only when the next certificate of the path is known (RFC 5280 §6.1.4 (d)–(f)).
import { enterWhole, Tag } from '../asn1/reader.ts';
import { bitString, sequence } from '../asn1/writer.ts';
import { parsePublicKey, type PublicKey } from '../crypto/public-key.ts';

/** Whether a key is of no use before its parameters are inherited. */
export function lacksParameters(key: PublicKey): boolean {
  if (key.kind !== 'dsa') return false;
  const algorithm = enterWhole(key.spki).enter();
  algorithm.next(Tag.ObjectIdentifier);
  return algorithm.done;
}

/** The key with the parameters of its issuer's; undefined where that one has none to give. */
export function inheritParameters(key: PublicKey, issuer: PublicKey): PublicKey | undefined {
  if (issuer.kind !== 'dsa' || lacksParameters(issuer)) return undefined;
  const algorithm = enterWhole(issuer.spki).next(Tag.Sequence);
  return parsePublicKey(sequence(algorithm.whole, bitString(key.keyBits)));
}

/** Keys of a path, leaf's end first, each with the parameters that come down to it. */
export function wholeKeys(keys: readonly PublicKey[]): readonly PublicKey[] {
  const whole = [...keys];
  for (let i = whole.length - 2; i >= 0; i--) {
    const key = whole[i] as PublicKey;
    if (lacksParameters(key)) whole[i] = inheritParameters(key, whole[i + 1] as PublicKey) ?? key;
  }
  return whole;
}
