// What a CRL with a good signature must be besides, before it can vouch for what it does not list.
import { formatTime } from '../base/clock.ts';
import type { Crl } from '../x509/crl.ts';
import { EXTENSION_OIDS } from '../x509/extension-names.ts';
import type { CheckContext } from './context.ts';

/** Why a CRL cannot be relied upon at this moment; undefined where it can. */
export function crlProblem(crl: Crl, { at, profile }: CheckContext): string | undefined {
  const algorithm = crl.signatureAlgorithm;
  if ((algorithm?.hash === 'sha1' || algorithm?.scheme === 'dsa') && !profile.legacyAlgorithms)
    return `it is signed with ${algorithm.name}, which can be forged`;
  const irregular = crl.irregularities.find(({ code }) => !profile.tolerated.has(code));
  if (irregular) return irregular.detail;
  for (const extension of crl.extensions) {
    // RFC 5280 §5.2: not to be used, as it may mean something else than it seems to
    if (extension.critical && extension.parsed.kind === 'unknown')
      return `it has a critical extension ${extension.oid} that is not understood`;
    if (extension.critical && extension.oid === EXTENSION_OIDS.crlNumber)
      return 'its CRL number is marked critical (RFC 5280 §5.2.3)';
  }
  // RFC 5280 §5.3: one entry that is not understood spoils the whole
  if (crl.entries.unknownCritical)
    return `an entry has a critical extension ${crl.entries.unknownCritical} that is not understood`;
  if (crl.version > 1 && crl.number === undefined) return 'it has no CRL number (RFC 5280 §5.2.3)';
  if (crl.thisUpdate.getTime() > at)
    return `it is from after the moment of the check: ${formatTime(crl.thisUpdate)}`;
  if (!crl.nextUpdate) return 'it does not say until when it holds (RFC 5280 §5.1.2.5)';
  if (crl.nextUpdate.getTime() < at)
    return `it is stale, the next one was due at ${formatTime(crl.nextUpdate)}`;
  return undefined;
}
