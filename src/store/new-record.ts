// What is recorded of a certificate, and what may be recorded of it later.
import { isAbsolute } from 'node:path';
import { invariant } from '../base/assert.ts';
import { MtlsError } from '../base/errors.ts';
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import type { IssuedFacts } from './events.ts';
import { serialText, type IssuedRecord } from './records.ts';
import type { NewIssue } from './types.ts';

/** What a record says of a certificate that is to be recorded. */
export function factsOf({ certificate, profile, outputs }: NewIssue): IssuedFacts {
  invariant(
    outputs.every(({ path }) => isAbsolute(path)),
    'an output without an absolute path',
  );
  return {
    serial: serialText(certificate.serial),
    notBefore: timeText(certificate.notBefore),
    notAfter: timeText(certificate.notAfter),
    profile,
    subject: formatDn(certificate.subject),
    names: certificate.names.map(formatGeneralName),
    outputs,
  };
}

/** RFC 3339 without the milliseconds that a certificate can not have. */
function timeText(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** The record that is to be revoked. Throws CERT_NOT_FOUND without one, ALREADY_REVOKED. */
export function mayRevoke(record: IssuedRecord | undefined, serial: string): IssuedRecord {
  if (record === undefined) throw certificateNotFound(serial);
  if (record.revoked !== undefined) throw alreadyRevoked(record);
  return record;
}

function certificateNotFound(serial: string): MtlsError {
  return new MtlsError('CERT_NOT_FOUND', `the CA has no certificate with serial ${serial}`, {
    hint: 'see what it issued with "mtls list"',
    data: { serial },
  });
}

function alreadyRevoked({ serial, revoked }: IssuedRecord): MtlsError {
  return new MtlsError('ALREADY_REVOKED', `the certificate ${serial} is revoked already`, {
    hint: 'issue a fresh CRL with "mtls ca crl" if others do not know of it yet',
    data: { serial, revoked },
  });
}
