// What may go into a workload's Secret: its own key, its own chain, and roots.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { describeKey, type PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import { sameKey } from '../match/match.ts';
import { dnEqual, formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import { hostsInSubject } from '../name/subject-hosts.ts';
import { isSelfSigned, type Certificate } from '../x509/certificate.ts';

export interface WorkloadFiles {
  /** In any order, with or without the root. */
  readonly certificates: readonly Certificate[];
  /** The public half of the private key. */
  readonly publicKey: PublicKey;
  /** What was given for `ca.crt`; its intermediates may fill the chain. */
  readonly ca?: readonly Certificate[] | undefined;
  /** Other CAs that are known; their keys are refused, and nothing of them is taken. */
  readonly known?: readonly Certificate[] | undefined;
}

export interface Workload {
  readonly leaf: Certificate;
  /** Leaf, then intermediates as each is signed by the next, no root: `tls.crt`. */
  readonly chain: readonly Certificate[];
  /** `ca.crt`; empty when no CA was given. */
  readonly roots: readonly Certificate[];
  /** What was left out, and why. */
  readonly warnings: readonly string[];
}

/** Longer chains are refused by OpenSSL, whose depth ends at 100; nobody has one over 10. */
const MAX_CHAIN = 20;

/**
 * Sorts what goes into a Secret. Whether the chain holds is not judged here.
 *
 * @throws MtlsError NOTHING_FOUND, KEY_MISMATCH, CA_KEY_IN_SECRET, CHAIN_INVALID when none of
 *   the CAs given is a root
 */
export function checkWorkload(files: WorkloadFiles): Workload {
  const { certificates, publicKey, ca = [], known = [] } = files;
  if (certificates.length === 0)
    throw new MtlsError('NOTHING_FOUND', 'no certificate for the Secret', {
      hint: 'give it with --cert',
    });
  const all = [...certificates, ...ca, ...known];
  const owned = all.find(
    (certificate) => sameKey(certificate.publicKey, publicKey) && isCa(certificate, all),
  );
  if (owned) throw caKey(owned);
  const leaf = certificates.find((certificate) => sameKey(certificate.publicKey, publicKey));
  if (!leaf) throw mismatch(certificates, publicKey);

  const roots = distinct(ca).filter(isSelfSigned);
  if (ca.length > 0 && roots.length === 0)
    throw new MtlsError('CHAIN_INVALID', `${show(ca[0] as Certificate)} is no root`, {
      hint: 'give the self-signed root with --ca: most programs trust nothing else',
    });
  const pool = distinct([...certificates, ...ca]);
  const chain = chainOf(leaf, pool);
  const warnings: string[] = [];
  for (const certificate of pool) {
    if (chain.includes(certificate) || isSelfSigned(certificate)) continue;
    warnings.push(`left out: ${show(certificate)} is neither in the chain of the leaf nor a root`);
  }
  return { leaf, chain, roots, warnings };
}

/** By what it says, else by what it did to another: the roots of old say nothing. */
function isCa(certificate: Certificate, all: readonly Certificate[]): boolean {
  const { basicConstraints, keyUsage, publicKey, subject, names, version } = certificate;
  if (basicConstraints?.ca === true || keyUsage?.has('keyCertSign') === true) return true;
  // OpenSSL and Go take one of version 1 for a CA; a server's own is called like a host
  if (version === 1 && isSelfSigned(certificate) && hostsInSubject(subject, names).length === 0)
    return true;
  return all.some(
    (other) => !sameKey(other.publicKey, publicKey) && isIssuedBy(other, certificate),
  );
}

/** Leaf first; ends before a root, or where no issuer is at hand. */
function chainOf(leaf: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const chain = [leaf];
  for (let last = leaf; chain.length < MAX_CHAIN && !isSelfSigned(last);) {
    const issuers = pool.filter((other) => !chain.includes(other) && isIssuedBy(last, other));
    // a root that also stands here cross-signed ends the chain all the same
    if (issuers.length === 0 || issuers.some(isSelfSigned)) break;
    last = issuers[0] as Certificate;
    chain.push(last);
  }
  return chain;
}

function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  const { signatureAlgorithm, tbs, signature } = certificate;
  return (
    signatureAlgorithm !== undefined &&
    dnEqual(certificate.issuerDer, issuer.subjectDer) &&
    verifySignature(signatureAlgorithm, issuer.publicKey, tbs, signature)
  );
}

function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  const seen = new Set<string>();
  return certificates.filter(({ der }) => {
    const text = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('latin1');
    return !seen.has(text) && seen.add(text);
  });
}

function caKey(owner: Certificate): MtlsError {
  return new MtlsError('CA_KEY_IN_SECRET', `the key is the key of the CA ${show(owner)}`, {
    hint: 'whoever reads the Secret could sign as this CA: issue a workload its own with mtls issue',
    data: { ca: formatDn(owner.subject) },
  });
}

function mismatch(certificates: readonly Certificate[], publicKey: PublicKey): MtlsError {
  const [first] = certificates as readonly [Certificate, ...Certificate[]];
  const [ours, theirs] = [publicKey, first.publicKey].map(describeKey);
  const kinds = ours === theirs ? '' : `: it is ${String(ours)}, not ${String(theirs)}`;
  const whose =
    certificates.length === 1
      ? `is not the key of the certificate ${show(first)}`
      : `belongs to none of the ${certificates.length} certificates, the first is ${show(first)}`;
  return new MtlsError('KEY_MISMATCH', `the key ${whose}${kinds}`, {
    hint: 'see which belong together: mtls match FILE…',
    data: { certificates: certificates.map(({ subject }) => formatDn(subject)) },
  });
}

function show({ subject, names }: Certificate): string {
  const [name] = names;
  const text = subject.rdns.length > 0 || !name ? formatDn(subject) : formatGeneralName(name);
  return quoteForeign(text);
}
