// A certificate request in plain data.
import { formatDn } from '../../name/dn.ts';
import { formatGeneralName } from '../../name/san.ts';
import { verifyCsr, type CertificationRequest } from '../../x509/csr.ts';
import type { Irregularity } from '../../x509/irregularity.ts';
import { extensionInfo, type ExtensionInfo } from './extension.ts';
import { keyInfo, type KeyInfo } from './key.ts';

/** A PKCS#10 request in plain data: what it asks for, and whether its key signed it. */
export interface RequestInfo extends KeyInfo {
  readonly subject: string;
  readonly names: readonly string[];
  readonly signatureAlgorithm: string;
  /** Made by the key that the request names. */
  readonly signatureOk: boolean;
  readonly requestedExtensions: readonly ExtensionInfo[];
  readonly challengePassword: boolean;
  readonly irregularities: readonly Irregularity[];
}

export function requestInfo(request: CertificationRequest): RequestInfo {
  return {
    subject: formatDn(request.subject),
    names: request.names.map(formatGeneralName),
    ...keyInfo(request.publicKey),
    signatureAlgorithm: request.signatureAlgorithm?.name ?? request.signatureOid,
    signatureOk: verifyCsr(request),
    requestedExtensions: request.requestedExtensions.map(extensionInfo),
    challengePassword: request.hasChallengePassword,
    irregularities: request.irregularities,
  };
}
