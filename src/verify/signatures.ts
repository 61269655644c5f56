// Signature checks, each one done once: issuers recur from path to path and from leaf to leaf.
import type { PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Budget } from './budget.ts';
import { byteKey } from './names.ts';

// Answers by certificate and key, of CA certificates alone: leaves rarely come twice.
const known = new WeakMap<Certificate, Map<string, boolean>>();

// A certificate tried against more keys than this is hostile, and not worth the memory.
const MAX_KEYS = 64;

/** RFC 5280 §6.1.3 (a)(1): whether this key signed the certificate. */
export function isSignedBy(child: Certificate, key: PublicKey, budget: Budget): boolean {
  const algorithm = child.signatureAlgorithm;
  if (!algorithm) return false;
  const check = () => {
    budget.signature();
    return verifySignature(algorithm, key, child.tbs, child.signature);
  };
  if (!child.basicConstraints?.ca) return check();
  const name = byteKey(key.spki);
  let answers = known.get(child);
  if (!answers) {
    answers = new Map<string, boolean>();
    known.set(child, answers);
  }
  const answer = answers.get(name) ?? check();
  if (answers.size < MAX_KEYS) answers.set(name, answer);
  return answer;
}
