/**
 * The library's door: certificate authorities in memory or on disk, and what `mtls` knows about
 * certificates, keys and chains. Plain data in, plain data out: PEM, dates, objects fit for JSON.
 * Importing it has no side effects; docs/library.md is the guide.
 */
export { createCa, loadCa } from './library/memory-ca.ts';
export type { CreateCaOptions, LoadCaOptions, MemoryCa } from './library/memory-ca.ts';
export { initCa, openCa } from './library/home-ca.ts';
export type { HomeCa, InitCaOptions, NewHomeCaOptions, OpenCaOptions } from './library/home-ca.ts';
export type { CaSigner, SigningQuestion } from './library/signer.ts';
export type {
  CaOptions,
  CertificateAuthority,
  CrlOptions,
  IssuedCertificate,
  IssuedCrl,
  IssueOptions,
  ListOptions,
  RenewedCertificate,
  RenewOptions,
  RevokeOptions,
  SignedCertificate,
  SignOptions,
  ValidityOptions,
} from './library/types.ts';
export { createRequest, type CreatedRequest, type RequestOptions } from './library/request.ts';
export { verify, type Verdict, type VerifyOptions } from './library/verify.ts';
export { match, type MatchReport, type NamedInput } from './library/match.ts';
export { inspect, type InspectOptions } from './library/inspect.ts';
export type { Data, Now, Secret } from './library/input.ts';

export type { CertificateInfo } from './library/info/certificate.ts';
export type { Inspection, PrivateKeyInfo } from './library/info/content.ts';
export type { CrlInfo } from './library/info/crl.ts';
export type { ExtensionInfo } from './library/info/extension.ts';
export type { KeyInfo } from './library/info/key.ts';
export type { LoneItem, MatchItem } from './library/info/pile.ts';
export type { RecordInfo } from './library/info/record.ts';
export type { RequestInfo } from './library/info/request.ts';
export type {
  AttemptInfo,
  BadVerdict,
  CertificateSummary,
  FaultInfo,
  GoodVerdict,
  PathMember,
  Question,
} from './library/info/verdict.ts';

export { MtlsError, ERROR_CODES, type ErrorCode } from './base/errors.ts';
export { FAULT_CODES, type FaultCode } from './verify/fault.ts';
export { KEY_TYPES, type KeyType } from './crypto/key-types.ts';
