// Revocation by CRLs that are given (RFC 5280 §6.3): nothing is fetched. What a CRL lists is
// revoked, fresh or not; only a CRL that is right in everything can say that nothing is wrong.
import { formatTime } from '../base/clock.ts';
import { bytesEqual, toHex } from '../base/bytes.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { verifyCrl, type Crl, type CrlEntry } from '../x509/crl.ts';
import { EXTENSION_OIDS, type ReasonFlag } from '../x509/extensions.ts';
import type { Budget } from './budget.ts';
import type { CheckContext } from './context.ts';
import { ALL_REASONS, reasonsCovered } from './crl-scope.ts';
import { crlProblem } from './crl-usable.ts';
import { wholeKeys } from './dsa-parameters.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';
import { byteKey, sameName } from './names.ts';
import { signatureWeight } from './signatures.ts';
import type { TrustAnchor, VerifiedPath } from './types.ts';

/** To look one certificate up in one CRL takes as long as to compare this many names. */
const LOOKUP = 4;

export interface RevocationInput {
  readonly crls: readonly Crl[];
  /** Whether a certificate without a usable CRL fails. */
  readonly required: boolean;
  readonly context: CheckContext;
  /** Certificates that may hold the key of a CRL's issuer. */
  readonly issuersNamed: (name: Crl['issuerDer']) => readonly Certificate[];
  /** RFC 5280 §6.3.3 (f): a path for the issuer of a CRL, to the same anchor. */
  readonly pathTo: (
    certificate: Certificate,
    anchor: TrustAnchor,
    budget: Budget,
  ) => VerifiedPath | undefined;
}

/** Answers revocation for the paths of one verification, and keeps what it learns of CRLs. */
export class Revocation {
  readonly #input: RevocationInput;
  readonly #signed = new Map<Crl, Map<string, boolean>>();
  readonly #paths = new Map<Certificate, boolean>();
  /** Issuers of CRLs whose own status is being asked. */
  readonly #asking = new Set<Certificate>();

  constructor(input: RevocationInput) {
    this.#input = input;
  }

  /** Looks up every certificate of a path but the anchor. */
  check(path: readonly Certificate[], anchor: TrustAnchor, budget: Budget): PathFault[] {
    const { crls, required } = this.#input;
    if (crls.length === 0 && !required) return [];
    const faults: PathFault[] = [];
    path.forEach((certificate, position) => {
      const role = position === 0 ? 'leaf' : 'intermediate';
      const above = path.slice(position + 1);
      const fault = this.#lookUp({ certificate, position, role }, above, anchor, budget);
      if (fault) faults.push(fault);
    });
    return faults;
  }

  #lookUp(
    placed: Placed,
    above: readonly Certificate[],
    anchor: TrustAnchor,
    budget: Budget,
  ): PathFault | undefined {
    const { certificate } = placed;
    const { crls, context, required } = this.#input;
    const problems: string[] = [];
    const covered = new Set<ReasonFlag>();
    const holds: { readonly entry: CrlEntry; readonly crl: Crl }[] = [];
    let newest: Crl | undefined;
    for (const crl of crls) {
      if (crl.baseCrlNumber !== undefined) continue;
      budget.spend(LOOKUP);
      const reasons = reasonsCovered(crl, certificate, budget);
      if (!reasons) continue;
      const signer = this.#signerOf(crl, above, anchor, budget);
      if ('problem' in signer) {
        problems.push(signer.problem);
        continue;
      }
      const entry = this.#entryOf(certificate, crl, signer.key, budget);
      if (entry?.reason === 'certificateHold') holds.push({ entry, crl });
      else if (entry) return revoked(placed, entry, crl);
      const problem = crlProblem(crl, context);
      if (problem) problems.push(problem);
      else {
        for (const reason of reasons) covered.add(reason);
        if (!newest || crl.thisUpdate > newest.thisUpdate) newest = crl;
      }
    }
    // A hold can be taken back; a later CRL that does not list it any more has done so.
    const hold = holds.find(({ crl }) => !newest || crl.thisUpdate >= newest.thisUpdate);
    if (hold) return revoked(placed, hold.entry, hold.crl);
    if (covered.size === ALL_REASONS.size) return undefined;
    if (!required && problems.length === 0) return undefined;
    return unknown(placed, problems, newest !== undefined);
  }

  /** What a CRL, with the deltas to it, lists for a certificate. */
  #entryOf(
    certificate: Certificate,
    base: Crl,
    key: PublicKey,
    budget: Budget,
  ): CrlEntry | undefined {
    const listed = entryIn(base, certificate);
    const deltas = this.#input.crls
      .filter((crl) => isDeltaTo(crl, base) && !crlProblem(crl, this.#input.context))
      .sort((a, b) => Number((b.number ?? 0n) - (a.number ?? 0n)));
    // RFC 5280 §6.3.3 (c), (h): the same key signs base and delta
    const delta = deltas.find((crl) => this.#isSigned(crl, key, budget));
    const changed = delta && entryIn(delta, certificate);
    if (changed) return changed.reason === 'removeFromCRL' ? undefined : changed;
    return listed?.reason === 'removeFromCRL' ? undefined : listed;
  }

  /** RFC 5280 §6.3.3 (f), (g): a key of the CRL's issuer that signed it and that may. */
  #signerOf(
    crl: Crl,
    above: readonly Certificate[],
    anchor: TrustAnchor,
    budget: Budget,
  ): { readonly key: PublicKey } | { readonly problem: string } {
    const holders: readonly (Certificate | TrustAnchor)[] = [...above, anchor];
    const keys = wholeKeys(holders.map(({ publicKey }) => publicKey));
    for (const [index, holder] of holders.entries()) {
      const key = keys[index] as PublicKey;
      if (!sameName(holder.subjectDer, crl.issuerDer)) continue;
      if (!this.#isSigned(crl, key, budget)) continue;
      const certificate = 'der' in holder ? holder : holder.certificate;
      return mayNotSign(certificate) ?? { key };
    }
    for (const certificate of this.#input.issuersNamed(crl.issuerDer)) {
      if (!this.#isSigned(crl, certificate.publicKey, budget)) continue;
      const problem = mayNotSign(certificate);
      if (problem) return problem;
      if (this.#isVouchedFor(certificate, anchor, budget)) return { key: certificate.publicKey };
      return { problem: 'the certificate of its issuer does not verify' };
    }
    return { problem: 'it is not signed by a key of its issuer that is given' };
  }

  #isVouchedFor(certificate: Certificate, anchor: TrustAnchor, budget: Budget): boolean {
    const known = this.#paths.get(certificate);
    if (known !== undefined) return known;
    // Who names itself as the issuer of the CRL that covers it (PKITS 4.14.30) does what its CA
    // has allowed it; the question that is still open decides about the rest.
    if (this.#asking.has(certificate)) return true;
    this.#asking.add(certificate);
    const path = this.#input.pathTo(certificate, anchor, budget);
    const answer =
      path !== undefined && this.check(path.certificates, path.anchor, budget).length === 0;
    this.#asking.delete(certificate);
    // A yes that was found while another question is open may lean on that one's answer.
    if (!answer || this.#asking.size === 0) this.#paths.set(certificate, answer);
    return answer;
  }

  #isSigned(crl: Crl, key: PublicKey, budget: Budget): boolean {
    const name = byteKey(key.spki);
    let answers = this.#signed.get(crl);
    const known = answers?.get(name);
    if (known !== undefined) return known;
    budget.signature(signatureWeight(key));
    const answer = verifyCrl(crl, key);
    if (!answers) {
      answers = new Map<string, boolean>();
      this.#signed.set(crl, answers);
    }
    answers.set(name, answer);
    return answer;
  }
}

/** RFC 5280 §6.3.3 (f): where the issuer of a CRL states its key usage, it may sign CRLs. */
function mayNotSign(issuer: Certificate | undefined): { readonly problem: string } | undefined {
  return issuer?.keyUsage && !issuer.keyUsage.has('cRLSign')
    ? { problem: 'its issuer may not sign CRLs: cRLSign is missing from its key usage' }
    : undefined;
}

/** RFC 5280 §6.3.3 (i), (j): by serial number and by issuer, which indirect CRLs state. */
function entryIn(crl: Crl, certificate: Certificate): CrlEntry | undefined {
  return crl.entries
    .find(certificate.serial)
    .find((entry) => sameName(entry.issuerDer, certificate.issuerDer));
}

/** RFC 5280 §5.2.4, §6.3.3 (c): whether a CRL tells what has changed since another one. */
function isDeltaTo(delta: Crl, base: Crl): boolean {
  if (delta.baseCrlNumber === undefined) return false;
  if (delta.number === undefined || base.number === undefined) return false;
  return (
    sameName(delta.issuerDer, base.issuerDer) &&
    sameExtension(delta, base, EXTENSION_OIDS.issuingDistributionPoint) &&
    sameExtension(delta, base, EXTENSION_OIDS.authorityKeyIdentifier) &&
    delta.baseCrlNumber <= base.number &&
    base.number < delta.number
  );
}

function sameExtension(a: Crl, b: Crl, oid: string): boolean {
  const [left, right] = [a, b].map((crl) => crl.extensions.find((one) => one.oid === oid)?.value);
  return left && right ? bytesEqual(left, right) : left === right;
}

function revoked(placed: Placed, entry: CrlEntry, crl: Crl): PathFault {
  const revokedAt = formatTime(entry.revokedAt);
  const reason = entry.reason ?? 'unspecified';
  return faultOf(
    placed,
    'REVOKED',
    `was revoked at ${revokedAt}, reason ${reason}`,
    'RFC 5280 §6.3.3 (j)',
    { revokedAt, reason, serial: toHex(entry.serial), crlThisUpdate: formatTime(crl.thisUpdate) },
  );
}

function unknown(placed: Placed, problems: readonly string[], partly: boolean): PathFault {
  const [problem] = problems;
  const why = problem
    ? `the CRL that is given for it is of no use: ${problem}`
    : partly
      ? 'the CRLs that are given do not cover every reason'
      : 'no CRL that covers it is given';
  return faultOf(
    placed,
    'REVOCATION_UNKNOWN',
    `cannot be shown to be unrevoked: ${why}`,
    'RFC 5280 §6.3.3',
    { problems },
  );
}
