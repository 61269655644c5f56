/**
 * The library's door: what `mtls` knows about certificates, without the command line. Importing
 * it has no side effects; nothing here touches a file, the network or the clock.
 */
export { MtlsError, ERROR_CODES, type ErrorCode } from './base/errors.ts';
export { readBundle, encodeBundle, type Bundle } from './codec/bundle.ts';
export { KEY_TYPES, type KeyType } from './crypto/algorithms.ts';
export { generateKey, generateKeyAsync } from './crypto/generate.ts';
export { describeKey, type PrivateKey, type PublicKey } from './crypto/key.ts';
export { signerOf, type Signer } from './crypto/sign.ts';
export { writePrivateKey } from './codec/pkcs8.ts';
export { formatDn, parseDn, type DistinguishedName } from './name/dn.ts';
export { formatGeneralName, parseIdentityName, type GeneralName } from './name/san.ts';
export { parseSpiffeId, type SpiffeId } from './name/spiffe.ts';
export { parseCertificate, type Certificate } from './x509/certificate.ts';
export { parseCsr, verifyCsr, type CertificationRequest } from './x509/csr.ts';
export { parseCrl, type Crl } from './x509/crl.ts';
export { fingerprint } from './x509/fingerprint.ts';
export { matchBySpki } from './match/match.ts';
export { FAULT_CODES, type FaultCode, type PathFault } from './verify/fault.ts';
export {
  anchorOf,
  type Purpose,
  type TrustAnchor,
  type VerifyRequest,
  type VerifyResult,
} from './verify/types.ts';
export { verifyCertificate } from './verify/verify.ts';
