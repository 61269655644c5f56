// CRLs as we write them: v2, CRL number and authority key identifier, linear in their entries.
import { concatBytes, type CrlDer, type NameDer } from '../base/bytes.ts';
import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { Signer } from '../crypto/sign.ts';
import { encodeTime } from '../asn1/time.ts';
import { bitString, explicit, integer, integerFromContent, sequence } from '../asn1/writer.ts';
import {
  encodeExtension,
  type ExtensionInput,
  type IssuingDistributionPoint,
  type RevocationReason,
} from './extensions.ts';

/** One certificate to be listed as revoked. */
export interface CrlEntryInput {
  /** Content octets of the serial number. */
  readonly serial: Uint8Array;
  readonly revokedAt: Date;
  /** `unspecified` is left out, as RFC 5280 §5.3.1 asks. */
  readonly reason?: RevocationReason | undefined;
  readonly invalidityDate?: Date | undefined;
}

interface CrlInput {
  readonly algorithm: SignatureAlgorithm;
  readonly issuer: NameDer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: bigint;
  /** Subject key identifier of the issuer. */
  readonly authorityKeyId: Uint8Array;
  readonly entries: Iterable<CrlEntryInput>;
  /** Makes it a delta CRL against the base of this number. */
  readonly baseCrlNumber?: bigint | undefined;
  readonly issuingDistributionPoint?: IssuingDistributionPoint | undefined;
}

/** TBSCertList, RFC 5280 §5.1.2. */
export function encodeCrlTbs(input: CrlInput): Uint8Array {
  const entries: Uint8Array[] = [];
  for (const entry of input.entries) entries.push(encodeEntry(entry));
  return sequence(
    integer(1),
    input.algorithm.identifier,
    input.issuer,
    encodeTime(input.thisUpdate),
    encodeTime(input.nextUpdate),
    // The list is absent when nothing is revoked (§5.1.2.6)
    ...(entries.length > 0 ? [sequence(concatBytes(entries))] : []),
    explicit(0, sequence(...crlExtensions(input).map(encodeExtension))),
  );
}

/** Joins a TBSCertList and its signature. */
export function joinCrl(
  tbs: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): CrlDer {
  return sequence(tbs, algorithm.identifier, bitString(signature)) as CrlDer;
}

/** Encodes, signs and joins; the algorithm is the signer's. */
export async function signCrl(input: Omit<CrlInput, 'algorithm'>, signer: Signer): Promise<CrlDer> {
  const { algorithm } = signer;
  const tbs = encodeCrlTbs({ ...input, algorithm });
  return joinCrl(tbs, algorithm, await signer.sign(tbs));
}

function crlExtensions(input: CrlInput): readonly ExtensionInput[] {
  const { baseCrlNumber, issuingDistributionPoint: point } = input;
  const extensions: ExtensionInput[] = [
    {
      critical: false,
      value: { kind: 'authorityKeyIdentifier', keyId: input.authorityKeyId },
    },
    { critical: false, value: { kind: 'crlNumber', number: input.number } },
  ];
  // Both must be critical (§5.2.4, §5.2.5): who cannot read them must not take this for a full CRL
  if (baseCrlNumber !== undefined)
    extensions.push({
      critical: true,
      value: { kind: 'deltaCrlIndicator', baseNumber: baseCrlNumber },
    });
  if (point)
    extensions.push({ critical: true, value: { kind: 'issuingDistributionPoint', ...point } });
  return extensions;
}

// There are but few reasons, and many entries: each is encoded once
const reasons = new Map<RevocationReason, Uint8Array>();

function encodedReason(reason: RevocationReason): Uint8Array {
  const known = reasons.get(reason);
  if (known) return known;
  const der = encodeExtension({ critical: false, value: { kind: 'reasonCode', reason } });
  reasons.set(reason, der);
  return der;
}

function encodeEntry(entry: CrlEntryInput): Uint8Array {
  const { reason, invalidityDate } = entry;
  const extensions: Uint8Array[] = [];
  if (reason !== undefined && reason !== 'unspecified') extensions.push(encodedReason(reason));
  if (invalidityDate)
    extensions.push(
      encodeExtension({ critical: false, value: { kind: 'invalidityDate', date: invalidityDate } }),
    );
  const serial = integerFromContent(entry.serial);
  const revokedAt = encodeTime(entry.revokedAt);
  return extensions.length > 0
    ? sequence(serial, revokedAt, sequence(...extensions))
    : sequence(serial, revokedAt);
}
