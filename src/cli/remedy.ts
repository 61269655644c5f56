// What to do about a fault that `verify` found; the fault says why, this says how to mend it.
import type { FaultCode, PathFault } from '../verify/fault.ts';

const REMEDIES: Readonly<Partial<Record<FaultCode, string>>> = {
  REVOKED: 'issue another: mtls issue <name>',
  EXPIRED: 'renew it: mtls renew <file>; or give the time that is meant with --at',
  NOT_YET_VALID: 'check the clock of this machine, or of the one that issued it',
  HOST_MISMATCH: 'issue one that carries the name: mtls issue <name>',
  NO_NAMES: 'issue one with alternative names: mtls issue <name>',
  SPIFFE_NO_ID: 'issue one with the ID: mtls issue spiffe://… --profile svid',
  SPIFFE_MISMATCH: 'check that the right workload was given the right certificate',
  REVOCATION_UNKNOWN: 'give a current CRL of its issuer with --crl; mtls ca crl makes one',
  BAD_SIGNATURE: 'its issuer was made anew, or the file is damaged: issue it again under this CA',
  WEAK_KEY: 'issue it again with another key: mtls issue --key-type ec-p256',
  WEAK_HASH: 'issue it again: what mtls issues is signed with SHA-256 or better',
  EXTENDED_KEY_USAGE: 'issue one for this purpose: mtls issue --profile server, client or peer',
  NAME_CONSTRAINT: 'issue it under a CA that permits the name: mtls ca show says what a CA permits',
  PATH_LENGTH_EXCEEDED: 'make the upper CA anew with a higher --path-len',
  NOT_A_CA: 'issue it under a CA: mtls ca intermediate makes one',
  UNTRUSTED_ROOT: 'if this root is to be trusted, give its file with --ca',
  ISSUER_NOT_FOUND: 'give the missing CA certificate with --untrusted, or its root with --ca',
};

// Of a CA on the path; what is said of leaves would lead astray.
const CA_REMEDIES: Readonly<Partial<Record<FaultCode, string>>> = {
  REVOKED: 'what this CA issued goes with it: issue it again under another',
  EXPIRED: 'make this CA anew, and issue again what stood under it',
  EXTENDED_KEY_USAGE: 'make this CA anew without purposes: mtls ca intermediate',
  KEY_USAGE: 'make this CA anew: mtls ca intermediate',
  WEAK_KEY: 'make this CA anew with another key: --key-type ec-p256',
  WEAK_HASH: 'have this CA signed again with SHA-256 or better',
  NAME_CONSTRAINT: 'make it under a CA that permits the name: mtls ca show says what a CA permits',
};

/** The hint for a fault, where there is more to say than the fault does. */
export function remedyOf(fault: PathFault | undefined): string | undefined {
  if (fault === undefined) return undefined;
  const ofCa = fault.position > 0 ? CA_REMEDIES[fault.code] : undefined;
  return ofCa ?? REMEDIES[fault.code];
}
