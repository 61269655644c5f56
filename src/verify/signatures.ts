// Signature checks, each one done once: issuers recur from path to path and from leaf to leaf.
import { bytesEqual } from '../base/bytes.ts';
import { readRsaPublicKey, type PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Budget } from './budget.ts';
import { byteKey } from './names.ts';

// Answers by certificate and key.
const known = new WeakMap<Certificate, Map<string, boolean>>();

// More keys than this no search can try, as its budget ends before.
const MAX_KEYS = 128;

// CA certificates whose signature was good, by that signature and the key, for those that come with
// each peer and are read anew: 256 of 4 KiB are a megabyte.
const recent = new Map<string, Uint8Array>();
const MAX_RECENT = 256;
const MAX_RECENT_LENGTH = 4096;

/** RFC 5280 §6.1.3 (a)(1): whether this key signed the certificate. */
export function isSignedBy(child: Certificate, key: PublicKey, budget: Budget): boolean {
  // Leaves rarely come twice; one whose issuer has many certificates is asked about for each.
  const leaf = !child.basicConstraints?.ca;
  if (leaf && budget.spent.signatures === 0) return check(child, key, budget);
  const name = byteKey(key.spki);
  let answers = known.get(child);
  if (!answers) {
    answers = new Map<string, boolean>();
    known.set(child, answers);
  }
  const answer =
    answers.get(name) ??
    (leaf ? check(child, key, budget) : checkOrRecall(child, key, name, budget));
  if (answers.size < MAX_KEYS) answers.set(name, answer);
  return answer;
}

/**
 * Checks by P-256 that one by this key is worth; only keys that nobody needs count as more
 * (RFC 4158 §8.1: spurious certificates with very large keys).
 */
export function signatureWeight(key: PublicKey): number {
  // Measured with OpenSSL 3: DSA of 10,000 bits takes 8 ms, its length is not known before
  if (key.kind === 'dsa') return Math.ceil((key.spki.length / 1024) ** 2);
  const { bits = 0 } = key;
  if (key.kind !== 'rsa' || bits <= 4096) return 1;
  const { exponent } = readRsaPublicKey(key.keyBits);
  return Math.ceil(((bits / 4096) ** 2 * exponent.length) / 3);
}

function check(child: Certificate, key: PublicKey, budget: Budget): boolean {
  const { signatureAlgorithm, tbs, signature } = child;
  if (!signatureAlgorithm) return false;
  budget.signature(signatureWeight(key));
  return verifySignature(signatureAlgorithm, key, tbs, signature);
}

function checkOrRecall(
  child: Certificate,
  key: PublicKey,
  keyName: string,
  budget: Budget,
): boolean {
  const { der, signature } = child;
  if (keyName.length + der.length > MAX_RECENT_LENGTH) return check(child, key, budget);
  // A key's DER says its own length, so no two pairs run together into one text.
  const pair = keyName + byteKey(signature);
  const before = recent.get(pair);
  // Only the very same bytes are known; a signature may be copied.
  const recalled = before !== undefined && bytesEqual(before, der);
  if (!recalled && !check(child, key, budget)) return false;
  // Taken out and put back, so that the first entry is the one unused for longest.
  if (recalled) recent.delete(pair);
  recent.set(pair, recalled ? before : der.slice());
  if (recent.size > MAX_RECENT) recent.delete(recent.keys().next().value as string);
  return true;
}
