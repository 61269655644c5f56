// How a PKCS#12 key store is written, where that matters to other programs: this one reads more
// than they do.
import type { FoundStore } from './part.ts';

export type StoreFlawKind =
  /** Certificates alone, and none that says that it is trusted. */
  | 'no-trust'
  /** A key that is not encrypted by itself. */
  | 'open-key'
  /** PBES2 with a cipher other than AES-128 and AES-256. */
  | 'cipher'
  /** RC2 or RC4. */
  | 'old-cipher'
  /** PBMAC1, RFC 9579. */
  | 'pbmac1'
  /** No MAC. */
  | 'no-mac'
  /** What Java has had since 2021. */
  | 'new-for-java';

export interface StoreFlaw {
  readonly kind: StoreFlawKind;
  /** What is there: a name of a scheme, a number of entries. */
  readonly found: string;
  /** Programs that do not read it, or see nothing in it, as tried or as they say: Java 17, Node 20. */
  readonly breaks: readonly string[];
}

const OPENSSL_3 = 'OpenSSL 3 without its legacy provider, and what is built on it (Node, Python …)';

/** The flaws of a store, each kind once; those that hardly any program minds come last. */
export function storeFlaws(store: FoundStore): readonly StoreFlaw[] {
  const { certificates, keys, openKeys, trusted, mac, encryption } = store;
  const flaws: StoreFlaw[] = [];
  const note = (kind: StoreFlawKind, found: string, ...breaks: string[]): void => {
    flaws.push({ kind, found, breaks });
  };
  if (certificates > 0 && keys === 0 && trusted === 0)
    note('no-trust', `${certificates} certificates`, 'Java');
  if (openKeys > 0) note('open-key', `${openKeys} of ${keys} keys`, 'Java');
  const odd = encryption.find((name) => name.startsWith('PBES2') && !/AES-(?:128|256)/.test(name));
  if (odd !== undefined) note('cipher', odd, 'Java');
  const old = encryption.find((name) => /RC[24]/.test(name));
  if (old !== undefined) note('old-cipher', old, OPENSSL_3);
  const isPbmac1 = mac?.algorithm.startsWith('PBMAC1') === true;
  if (isPbmac1) note('pbmac1', mac.algorithm, 'Java before 26', 'OpenSSL before 3.4');
  if (!mac) note('no-mac', 'none', 'Node with a passphrase');
  const since2021 = encryption.find((name) => name.startsWith('PBES2'));
  const isNewMac = mac !== undefined && !isPbmac1 && mac.algorithm !== 'HMAC-SHA1';
  if (odd === undefined && (since2021 !== undefined || isNewMac))
    note('new-for-java', since2021 ?? mac?.algorithm ?? '', 'Java before 8u301 and 11.0.12');
  return flaws;
}
