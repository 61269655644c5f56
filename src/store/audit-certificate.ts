// A certificate in the packs, held against the record that says that it was issued.
import { MtlsError } from '../base/errors.ts';
import { verifySignature } from '../crypto/verify.ts';
import { sameName } from '../verify/names.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { JournalFaultCode } from './audit-report.ts';
import type { IssuedFacts } from './events.ts';
import { factsOf } from './new-record.ts';
import type { PackReader } from './packs.ts';

export interface CertificateFault {
  readonly code: JournalFaultCode;
  readonly message: string;
  /** Whether the pack is at fault, and not the record. */
  readonly inPack: boolean;
}

/**
 * What is wrong with an issued certificate; undefined where nothing is, or where it was never here.
 *
 * @param issuers the CA's certificates, the present one first
 */
export function checkIssued(
  packs: PackReader,
  record: IssuedFacts,
  issuers: readonly Certificate[],
): CertificateFault | undefined {
  if (record.certificate === undefined) return undefined;
  const found = packs.lookUp(record.certificate);
  if (found === 'missing')
    return fault('CERTIFICATE_MISSING', 'the issued certificate is missing', true);
  // Told once, of the pack
  if (found === 'damaged') return undefined;
  if (found === 'changed')
    return fault('CERTIFICATE_CHANGED', 'the issued certificate was changed', true);
  const certificate = parsed(found);
  if (certificate === undefined)
    return fault('CERTIFICATE_CHANGED', 'the issued certificate can not be read', true);
  const field = difference(record, certificate);
  if (field !== undefined)
    return fault('RECORD_MISMATCH', `the record has another ${field} than the certificate`, false);
  if (!issuers.some((issuer) => hasSigned(issuer, certificate)))
    return fault('CERTIFICATE_SIGNATURE', 'the CA did not sign the certificate', true);
  return undefined;
}

function fault(code: JournalFaultCode, message: string, inPack: boolean): CertificateFault {
  return { code, message, inPack };
}

function parsed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

/** The first field in which a record differs from its certificate. */
function difference(record: IssuedFacts, certificate: Certificate): string | undefined {
  const facts = factsOf({ certificate, profile: record.profile, outputs: [] });
  if (record.serial !== facts.serial) return 'serial number';
  if (Date.parse(record.notBefore) !== Date.parse(facts.notBefore)) return 'beginning';
  if (Date.parse(record.notAfter) !== Date.parse(facts.notAfter)) return 'end';
  if (record.subject !== facts.subject) return 'subject';
  return record.names.join('\n') === facts.names.join('\n') ? undefined : 'set of names';
}

function hasSigned(issuer: Certificate, certificate: Certificate): boolean {
  const { issuerDer, signatureAlgorithm, tbs, signature } = certificate;
  return (
    signatureAlgorithm !== undefined &&
    sameName(issuer.subjectDer, issuerDer) &&
    verifySignature(signatureAlgorithm, issuer.publicKey, tbs, signature)
  );
}
