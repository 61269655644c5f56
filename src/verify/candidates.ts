// Who may have issued a certificate: found by name, the likeliest first (RFC 4158 §3.5).
import { bytesEqual, type NameDer } from '../base/bytes.ts';
import type { Certificate } from '../x509/certificate.ts';
import { byteKey, nameKey } from './names.ts';
import type { TrustAnchor } from './types.ts';

/** Certificates or anchors by the name of their subject. */
class SubjectIndex<Item extends { readonly subjectDer: NameDer }> {
  readonly #byBytes = new Map<string, Item[]>();
  #byName: Map<string, Item[]> | undefined;

  constructor(items: readonly Item[]) {
    for (const item of items) put(this.#byBytes, byteKey(item.subjectDer), item);
  }

  /** Those whose subject has the very bytes of this name. */
  exact(name: NameDer, key = byteKey(name)): readonly Item[] {
    return this.#byBytes.get(key) ?? [];
  }

  /** Those whose subject is this name in another encoding (RFC 5280 §7.1). */
  folded(name: NameDer): readonly Item[] {
    if (!this.#byName) {
      this.#byName = new Map();
      for (const items of this.#byBytes.values())
        for (const item of items) put(this.#byName, nameKey(item.subjectDer), item);
    }
    const found = this.#byName.get(nameKey(name)) ?? [];
    return found.filter((item) => !bytesEqual(item.subjectDer, name));
  }
}

function put<Item>(index: Map<string, Item[]>, key: string, item: Item): void {
  const found = index.get(key);
  if (found) found.push(item);
  else index.set(key, [item]);
}

/** Anchors and CA certificates, ready to be searched; may be kept and used again. */
export class IssuerPool {
  readonly #anchors: SubjectIndex<TrustAnchor>;
  readonly #untrusted: SubjectIndex<Certificate>;

  /** Anchors may come from another pool, which has prepared them. */
  constructor(anchors: readonly TrustAnchor[] | IssuerPool, untrusted: readonly Certificate[]) {
    this.#anchors = anchors instanceof IssuerPool ? anchors.#anchors : new SubjectIndex(anchors);
    this.#untrusted = new SubjectIndex(untrusted);
  }

  /** Possible issuers: anchors first, then names written alike, the likeliest in front. */
  *issuersOf(child: Certificate, at: number): Generator<TrustAnchor | Certificate> {
    const { issuerDer } = child;
    const key = byteKey(issuerDer);
    yield* byLikelihood(this.#anchors.exact(issuerDer, key), child, at);
    yield* byLikelihood(this.#untrusted.exact(issuerDer, key), child, at);
    yield* byLikelihood(this.#anchors.folded(issuerDer), child, at);
    yield* byLikelihood(this.#untrusted.folded(issuerDer), child, at);
  }

  /** CA certificates of this name, likely or not. */
  untrustedNamed(name: NameDer): readonly Certificate[] {
    return [...this.#untrusted.exact(name), ...this.#untrusted.folded(name)];
  }

  /** The anchor that is this very certificate. */
  anchorThatIs(certificate: Certificate): TrustAnchor | undefined {
    return this.#anchors
      .exact(certificate.subjectDer)
      .find((anchor) => anchor.certificate && bytesEqual(anchor.certificate.der, certificate.der));
  }
}

function byLikelihood<Item extends TrustAnchor | Certificate>(
  items: readonly Item[],
  child: Certificate,
  at: number,
): readonly Item[] {
  if (items.length < 2) return items;
  return items
    .map((item) => ({ item, score: likelihood(item, child, at) }))
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/**
 * RFC 4158 §3.5: key identifiers that match (§3.5.12), dates (§3.5.4), the right to sign
 * (§3.5.1, §3.5.3). All of them are hints: a low score delays a candidate, it drops none.
 */
function likelihood(item: TrustAnchor | Certificate, child: Certificate, at: number): number {
  const issuer = 'der' in item ? item : item.certificate;
  if (!issuer) return 0;
  let score = 0;
  const wanted = child.authorityKeyId?.keyId;
  const offered = issuer.subjectKeyId;
  if (wanted && offered) score += bytesEqual(wanted, offered) ? 16 : -16;
  if (issuer.notBefore.getTime() <= at && at <= issuer.notAfter.getTime()) score += 8;
  if (issuer.basicConstraints?.ca) score += 4;
  if (issuer.keyUsage?.has('keyCertSign') ?? true) score += 4;
  // Self-issued certificates lengthen the path
  if (!bytesEqual(issuer.issuerDer, issuer.subjectDer)) score += 2;
  // Of two alike the younger: it will hold longer.
  return score + issuer.notBefore.getTime() / 1e15;
}
