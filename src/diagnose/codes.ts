// Codes of findings: those of errors and faults, and what only a look at several things shows.
import type { ErrorCode } from '../base/errors.ts';
import type { FaultCode } from '../verify/fault.ts';

/** Stable for scripts; what each means stands in the catalogue. */
export const PILE_CODES = [
  'CLOCK_BEHIND',
  'CA_SAME_NAME',
  'TRUST_WITHOUT_ROOT',
  'TRUST_HOLDS_KEY',
  'TRUST_HOLDS_LEAF',
  'CA_PURPOSES',
  'INTERMEDIATE_MISSING',
  'INTERMEDIATE_APART',
  'CHAIN_ORDER',
  'CHAIN_STRANGER',
  'ROOT_IN_CHAIN',
  'SIDES_SWAPPED',
  'KEY_ENCRYPTED',
  'KEY_MODE',
  'KEY_ORPHAN',
  'STORE_CLOSED',
  'STORE_UNTRUSTED',
  'STORE_FORM',
  'CRL_STALE',
  'CRL_OTHER_CA',
  'EXPIRES_SOON',
  'PEM_FORM',
  'SECRET_ENCODED_TWICE',
  'SECRET_SIZE',
  'SECRET_TYPE',
  'NOT_JUDGED',
  'NO_CERTIFICATE',
  'CA_NOT_NAMED',
  'MESH_FILE_MISSING',
  'MESH_OBJECT',
  'MESH_KEY_TYPE',
  'MESH_REFUSED',
  'MESH_REFERENCE',
  'MESH_UNSAID',
  'MESH_STALE',
  'RENEWAL_OVERDUE',
  'OUTLIVES_ISSUER',
  'MESH_POLICY',
  'CRL_MISSING',
  'BUNDLE_FORM',
] as const;

export type PileCode = (typeof PILE_CODES)[number];

export type FindingCode = ErrorCode | FaultCode | PileCode;
