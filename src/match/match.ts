// Which keys, certificates and requests belong together: they share a public key.
import type { PublicKey } from '../crypto/public-key.ts';
import { toHex } from '../base/bytes.ts';
import { digest } from '../crypto/digest.ts';

/** Something that holds a public key, or the private one to it. */
export interface Matchable {
  readonly kind: 'key' | 'certificate' | 'request' | 'publicKey';
  readonly publicKey: PublicKey;
}

/** Items with one and the same key, in the order given. */
export interface MatchGroup<Item extends Matchable> {
  readonly publicKey: PublicKey;
  /** SHA-256 of the SubjectPublicKeyInfo, in hexadecimal: the same for whatever holds this key. */
  readonly spkiSha256: string;
  readonly members: readonly Item[];
}

export interface MatchResult<Item extends Matchable> {
  /** Keys that at least two different kinds of item hold. */
  readonly groups: readonly MatchGroup<Item>[];
  /** Items whose key nothing of another kind holds. */
  readonly orphans: readonly Item[];
}

/**
 * Groups by the bytes of the SubjectPublicKeyInfo, which names the algorithm and its parameters
 * as well as the key. RSA keys are compared by modulus and exponent whatever their algorithm says
 * (RFC 4055 §1.2 lets one key be marked for PSS in its certificate and plain in its file).
 */
export function matchBySpki<Item extends Matchable>(items: readonly Item[]): MatchResult<Item> {
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const name = keyName(item.publicKey);
    const members = byKey.get(name);
    if (members) members.push(item);
    else byKey.set(name, [item]);
  }
  const groups: MatchGroup<Item>[] = [];
  const orphans: Item[] = [];
  for (const members of byKey.values()) {
    const [first] = members as [Item, ...Item[]];
    if (new Set(members.map(({ kind }) => kind)).size < 2) {
      orphans.push(...members);
      continue;
    }
    const { publicKey } = first;
    groups.push({ publicKey, spkiSha256: toHex(digest('sha256', publicKey.spki)), members });
  }
  return { groups, orphans };
}

/** Whether two items hold the same key. */
export function sameKey(a: PublicKey, b: PublicKey): boolean {
  return keyName(a) === keyName(b);
}

function keyName(key: PublicKey): string {
  return key.kind === 'rsa' ? `rsa ${toHex(key.keyBits)}` : toHex(key.spki);
}
