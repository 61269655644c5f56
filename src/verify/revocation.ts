// Revocation by CRLs that are given (RFC 5280 §6.3): nothing is fetched. What a CRL lists is
// revoked, fresh or not; only a CRL that is right in everything can say that nothing is wrong.
import { toHex } from '../base/bytes.ts';
import type { Certificate } from '../x509/certificate.ts';
import { verifyCrl, type Crl, type CrlEntry } from '../x509/crl.ts';
import { EXTENSION_OIDS } from '../x509/extension-names.ts';
import type { Budget } from './budget.ts';
import type { CheckContext } from './context.ts';
import { faultOf, type PathFault, type Placed } from './fault.ts';
import { sameName } from './names.ts';
import type { TrustAnchor } from './types.ts';

export interface RevocationInput {
  readonly crls: readonly Crl[];
  /** Whether a certificate without a usable CRL fails. */
  readonly required: boolean;
}

/** Looks up every certificate of a path but the anchor. */
export function checkRevocation(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  input: RevocationInput,
  context: CheckContext,
  budget: Budget,
): PathFault[] {
  if (input.crls.length === 0 && !input.required) return [];
  const faults: PathFault[] = [];
  path.forEach((certificate, position) => {
    const issuer = path[position + 1] ?? anchor;
    const placed: Placed = {
      certificate,
      position,
      role: position === 0 ? 'leaf' : 'intermediate',
    };
    const fault = lookUp(placed, issuer, input, context, budget);
    if (fault) faults.push(fault);
  });
  return faults;
}

type Issuer = Pick<TrustAnchor, 'publicKey'> & {
  readonly certificate?: Certificate;
  readonly keyUsage?: Certificate['keyUsage'];
};

function lookUp(
  placed: Placed,
  issuer: Certificate | TrustAnchor,
  input: RevocationInput,
  context: CheckContext,
  budget: Budget,
): PathFault | undefined {
  const { certificate } = placed;
  const problems: string[] = [];
  const held: { readonly entry: CrlEntry; readonly crl: Crl }[] = [];
  let newestUsable: Crl | undefined;
  for (const crl of input.crls) {
    if (!sameName(crl.issuerDer, certificate.issuerDer) || !inScope(crl, certificate)) continue;
    budget.signature();
    if (!verifyCrl(crl, issuer.publicKey)) {
      problems.push('it is not signed by the key of the certificate’s issuer');
      continue;
    }
    const entry = crl.entries
      .find(certificate.serial)
      .find((found) => sameName(found.issuerDer, certificate.issuerDer));
    if (entry?.reason === 'certificateHold') held.push({ entry, crl });
    else if (entry && entry.reason !== 'removeFromCRL') return revoked(placed, entry, crl);
    const problem = problemOf(crl, issuer, context);
    if (problem) problems.push(problem);
    else if (!newestUsable || crl.thisUpdate > newestUsable.thisUpdate) newestUsable = crl;
  }
  const hold = held.find(
    ({ crl }) => !newestUsable || crl.thisUpdate.getTime() >= newestUsable.thisUpdate.getTime(),
  );
  if (hold) return revoked(placed, hold.entry, hold.crl);
  if (newestUsable || (problems.length === 0 && !input.required)) return undefined;
  const why =
    problems.length === 0
      ? 'no CRL of its issuer is given'
      : `the CRL of its issuer is of no use: ${problems[0] as string}`;
  return faultOf(
    placed,
    'REVOCATION_UNKNOWN',
    `cannot be shown to be unrevoked: ${why}`,
    'RFC 5280 §6.3.3',
    { problems },
  );
}

function revoked(placed: Placed, entry: CrlEntry, crl: Crl): PathFault {
  const revokedAt = entry.revokedAt.toISOString();
  const reason = entry.reason ?? 'unspecified';
  return faultOf(
    placed,
    'REVOKED',
    `was revoked at ${revokedAt}, reason ${reason}`,
    'RFC 5280 §6.3.3 (j)',
    { revokedAt, reason, serial: toHex(entry.serial), crlThisUpdate: crl.thisUpdate.toISOString() },
  );
}

/** RFC 5280 §6.3.3 (b)(2)(ii)–(iv): whether the CRL is about certificates of this kind at all. */
function inScope(crl: Crl, certificate: Certificate): boolean {
  const point = crl.issuingDistributionPoint;
  if (!point) return true;
  const ca = certificate.basicConstraints?.ca === true;
  return !(point.onlyAttributeCerts || (point.onlyUserCerts && ca) || (point.onlyCaCerts && !ca));
}

/** Why a CRL with a good signature cannot vouch for what it does not list. */
function problemOf(
  crl: Crl,
  issuer: Certificate | TrustAnchor,
  { at, profile }: CheckContext,
): string | undefined {
  const holder: Issuer = issuer;
  const keyUsage = holder.certificate?.keyUsage ?? holder.keyUsage;
  // RFC 5280 §6.3.3 (f)
  if (keyUsage && !keyUsage.has('cRLSign')) return 'its issuer may not sign CRLs';
  const hash = crl.signatureAlgorithm?.hash;
  if (hash === 'sha1' && !profile.legacyAlgorithms) return 'it is signed with SHA-1';
  const [irregular] = crl.irregularities;
  if (irregular) return irregular.detail;
  for (const extension of crl.extensions) {
    // RFC 5280 §5.2: not to be used, as it may mean something else than it seems to
    if (extension.critical && extension.parsed.kind === 'unknown')
      return `it has a critical extension ${extension.oid} that is not understood`;
    if (extension.critical && extension.oid === EXTENSION_OIDS.crlNumber)
      return 'its CRL number is marked critical (RFC 5280 §5.2.3)';
  }
  if (crl.version > 1 && crl.number === undefined) return 'it has no CRL number (RFC 5280 §5.2.3)';
  if (crl.baseCrlNumber !== undefined) return 'it is a delta CRL';
  const point = crl.issuingDistributionPoint;
  if (point?.name ?? point?.onlySomeReasons) return 'it covers a part of what the issuer revokes';
  if (crl.thisUpdate.getTime() > at)
    return `it is from after the moment of the check: ${crl.thisUpdate.toISOString()}`;
  if (crl.nextUpdate && crl.nextUpdate.getTime() < at)
    return `it is stale, the next one was due at ${crl.nextUpdate.toISOString()}`;
  return undefined;
}
