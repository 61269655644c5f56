// Certificates in the order in which a chain is read: the leaf, then each one's issuer.
import { bytesEqual } from '../base/bytes.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isSelfIssued, nameKey } from './names.ts';

/**
 * Orders certificates: each leaf (what issued no other) in the order given, followed by its
 * issuers up to the root; an issuer of several stands after the first. Nothing is left out.
 */
export function chainOrder(certificates: readonly Certificate[]): readonly Certificate[] {
  const issuers = issuersAmong(certificates);
  const issuing = new Set(issuers.values());
  const ordered = new Set<Certificate>();
  const follow = (start: Certificate): void => {
    let at: Certificate | undefined = start;
    while (at !== undefined && !ordered.has(at)) {
      ordered.add(at);
      at = issuers.get(at);
    }
  };
  for (const certificate of certificates) if (!issuing.has(certificate)) follow(certificate);
  // What is left are circles of certificates that issued each other.
  for (const certificate of certificates) follow(certificate);
  return [...ordered];
}

/** The issuer of each certificate, where it is among the others. */
export function issuersAmong(
  certificates: readonly Certificate[],
): ReadonlyMap<Certificate, Certificate> {
  const bySubject = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    const name = nameKey(certificate.subjectDer);
    const same = bySubject.get(name);
    if (same === undefined) bySubject.set(name, [certificate]);
    else same.push(certificate);
  }
  const issuers = new Map<Certificate, Certificate>();
  for (const certificate of certificates) {
    if (isSelfIssued(certificate) && keysFit(certificate, certificate)) continue;
    const issuer = chooseIssuer(certificate, bySubject.get(nameKey(certificate.issuerDer)) ?? []);
    if (issuer !== undefined) issuers.set(certificate, issuer);
  }
  return issuers;
}

/** Names decide; among several of one name (a CA that was rotated) its signature does. */
function chooseIssuer(
  certificate: Certificate,
  named: readonly Certificate[],
): Certificate | undefined {
  const fitting = named.filter(
    (candidate) => candidate !== certificate && keysFit(certificate, candidate),
  );
  if (fitting.length < 2) return fitting[0];
  const { signatureAlgorithm, tbs, signature } = certificate;
  const signer =
    signatureAlgorithm &&
    fitting.find(({ publicKey }) => verifySignature(signatureAlgorithm, publicKey, tbs, signature));
  return signer ?? fitting[0];
}

/** Key identifiers that both sides state must be equal (RFC 5280 §4.2.1.1). */
function keysFit(certificate: Certificate, issuer: Certificate): boolean {
  const wanted = certificate.authorityKeyId?.keyId;
  const offered = issuer.subjectKeyId;
  return wanted === undefined || offered === undefined || bytesEqual(wanted, offered);
}
