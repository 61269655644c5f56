// What to do about an error that does not say so itself.

import type { ErrorCode } from '../base/errors.ts';

const DAMAGED = 'it was damaged, or made by a faulty program: get it anew from where it came';

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_NAME: 'write a DNS name, an IP address, an e-mail address or a SPIFFE ID',
  BAD_SPIFFE_ID: 'write it as spiffe://example.org/ns/<namespace>/sa/<service account>',
  BAD_SUBJECT: 'write it as "CN=api,O=Example,C=DE"',
  FILE_NOT_FOUND: 'check the path',
  FILE_TOO_LARGE: 'check that it is the right file',
  NOTHING_FOUND: 'name the file that is meant; mtls inspect says what a file holds',
  PEM_MALFORMED: 'copy it again whole, from -----BEGIN to -----END',
  DER_MALFORMED: DAMAGED,
  CERT_MALFORMED: DAMAGED,
  CSR_MALFORMED: DAMAGED,
  CRL_MALFORMED: DAMAGED,
  KEY_MALFORMED: 'bring the key back from a backup, or make a new one with mtls issue',
  YAML_MALFORMED: 'look at the line, and at the indentation of those around it',
  STORE_CORRUPT: "restore the CA's folder from a backup",
  PASSPHRASE_WRONG: 'give the passphrase that the key was encrypted with',
  HANDSHAKE_FAILED: 'mtls verify and mtls match say more about each side’s files',
};

/** The hint of an error without one, where its code has something to say. */
export function hintFor(code: ErrorCode): string | undefined {
  return HINTS[code];
}
