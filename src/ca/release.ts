// The last gate before a certificate leaves: what was signed is read back and judged.
import { bytesEqual, type CertificateDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { invariant } from '../base/assert.ts';
import type { PublicKey } from '../crypto/key.ts';
import { formatGeneralName } from '../name/san.ts';
import type { IssuePlan } from '../profile/plan.ts';
import { anchorOf, type Purpose } from '../verify/types.ts';
import { verifyCertificate } from '../verify/verify.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import { EXTENDED_KEY_USAGES } from '../x509/extension-names.ts';

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
  const names = (list: IssuePlan['names']) => list.map(formatGeneralName).join('\n');
  invariant(
    bytesEqual(certificate.publicKey.spki, publicKey.spki) &&
      bytesEqual(certificate.subjectDer, plan.subjectDer) &&
      names(certificate.names) === names(plan.names) &&
      certificate.notAfter.getTime() === plan.notAfter.getTime(),
    'the signed certificate is not the planned one',
  );
  const root = path.at(-1) ?? certificate;
  for (const purpose of purposesOf(plan)) {
    const { ok, fault } = verifyCertificate({
      leaf: certificate,
      anchors: [anchorOf(root)],
      untrusted: path.slice(0, -1),
      at: within(certificate, now),
      purpose,
    });
    if (!ok)
      throw new MtlsError(
        'CHAIN_INVALID',
        `the new certificate would not verify: ${fault.message}`,
        {
          hint: 'nothing was issued; mtls verify on the CA’s own certificate says more',
          data: { fault: fault.code, clause: fault.clause },
        },
      );
  }
  return certificate;
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
