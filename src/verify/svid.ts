// X509-SVID validation by the SPIFFE standard: a verified path whose certificates keep its rules.
import { compareFaults } from './fault.ts';
import { svidFaults } from './spiffe.ts';
import type { VerifyResult } from './types.ts';

/**
 * Holds a verified path against the X509-SVID standard (§2 to §5): one SPIFFE ID with a path in
 * the leaf, signing certificates that are fit to sign. A result that is bad already stays as it is.
 */
export function requireSvid(result: VerifyResult): VerifyResult {
  if (!result.ok) return result;
  const { certificates, anchor } = result.path;
  const signed = anchor.certificate ? [...certificates, anchor.certificate] : certificates;
  const faults = [...svidFaults(signed)].sort(compareFaults);
  const [fault] = faults;
  if (!fault) return result;
  const attempt = { certificates, anchor, faults };
  return { ok: false, fault, attempts: [attempt, ...result.attempts], spent: result.spent };
}
