// The last gate before a certificate leaves: what was signed is read back and judged.
import { bytesEqual, type CertificateDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { invariant } from '../base/assert.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { IssuePlan } from '../profile/plan.ts';
import type { FaultCode } from '../verify/fault.ts';
import { anchorOf, type Purpose } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import { isSelfSigned, parseCertificate, type Certificate } from '../x509/certificate.ts';
import { EXTENDED_KEY_USAGES, EXTENSION_OIDS } from '../x509/extension-names.ts';
import { encodeExtensionValue } from '../x509/extensions.ts';

/** They follow from the two keys, and are no part of a plan. */
const KEY_IDENTIFIERS: ReadonlySet<string> = new Set([
  EXTENSION_OIDS.subjectKeyIdentifier,
  EXTENSION_OIDS.authorityKeyIdentifier,
]);

/**
 * Reads a signed certificate back, holds it against its plan, and verifies it to its root with
 * the validator that `verify` runs. Throws CHAIN_INVALID with the fault: nothing has left yet.
 *
 * @param path issuer first, root last; empty for a root, which is verified by itself
 */
export function release(
  der: CertificateDer,
  plan: IssuePlan,
  publicKey: PublicKey,
  path: readonly Certificate[],
  now: Date,
): Certificate {
  const certificate = parseCertificate(der);
  invariant(
    asPlanned(certificate, plan, publicKey),
    'the signed certificate is not the planned one',
  );
  // An anchor's signature is nobody's to check (RFC 5280 §6.1.1 (d)): a new root's is ours
  if (path.length === 0 && !isSelfSigned(certificate))
    throw invalid('its signature is not by its own key', {
      fault: 'BAD_SIGNATURE',
      clause: 'RFC 5280 §6.1.3 (a)(1)',
    });
  const root = path.at(-1) ?? certificate;
  for (const purpose of purposesOf(plan)) {
    const { ok, fault } = verifyCertificate({
      leaf: certificate,
      anchors: [anchorOf(root)],
      untrusted: path.slice(0, -1),
      at: within(certificate, now),
      purpose,
    });
    if (!ok) throw invalid(fault.message, { fault: fault.code, clause: fault.clause });
  }
  return certificate;
}

function invalid(why: string, data: { fault: FaultCode; clause: string }): MtlsError {
  return new MtlsError('CHAIN_INVALID', `the new certificate would not verify: ${why}`, {
    hint: 'nothing was issued; mtls verify on the CA’s own certificate says more',
    data,
  });
}

/** Names, dates, key and every extension: a CA was written by one program and is read by another. */
function asPlanned(certificate: Certificate, plan: IssuePlan, publicKey: PublicKey): boolean {
  const { extensions, issuerDer, notBefore, notAfter, subjectDer } = certificate;
  const written = extensions.filter(({ oid }) => !KEY_IDENTIFIERS.has(oid));
  return (
    bytesEqual(certificate.publicKey.spki, publicKey.spki) &&
    bytesEqual(subjectDer, plan.subjectDer) &&
    bytesEqual(issuerDer, plan.issuer?.subjectDer ?? plan.subjectDer) &&
    notBefore.getTime() === plan.notBefore.getTime() &&
    notAfter.getTime() === plan.notAfter.getTime() &&
    written.length === plan.extensions.length &&
    plan.extensions.every((planned) =>
      written.some(
        ({ parsed, critical, value }) =>
          parsed.kind === planned.value.kind &&
          critical === planned.critical &&
          bytesEqual(value, encodeExtensionValue(planned.value)),
      ),
    )
  );
}

function purposesOf(plan: IssuePlan): readonly Purpose[] {
  if (plan.profile.ca) return ['any'];
  const uses = plan.profile.extendedKeyUsage;
  const purposes: Purpose[] = [];
  if (uses.includes(EXTENDED_KEY_USAGES.serverAuth)) purposes.push('server');
  if (uses.includes(EXTENDED_KEY_USAGES.clientAuth)) purposes.push('client');
  return purposes;
}

/** Now, or the nearest moment at which the certificate is valid: some are made for later, or past. */
function within(certificate: Certificate, now: Date): Date {
  if (now < certificate.notBefore) return certificate.notBefore;
  return now > certificate.notAfter ? certificate.notAfter : now;
}
