// A certificate as we write it: v3, exactly the extensions asked for, in their order.
import type { CertificateDer, NameDer, SpkiDer } from '../base/bytes.ts';
import type { SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { Signer } from '../crypto/sign.ts';
import { encodeTime } from '../asn1/time.ts';
import { bitString, explicit, integer, integerFromContent, sequence } from '../asn1/writer.ts';
import { encodeExtension, type ExtensionInput } from './extensions.ts';

/** What a TBSCertificate says; nothing is added to it. */
export interface TbsInput {
  /** Content octets of the serial number. */
  readonly serial: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly issuer: NameDer;
  /** Milliseconds are dropped. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly subject: NameDer;
  readonly spki: SpkiDer;
  readonly extensions: readonly ExtensionInput[];
}

const VERSION_3 = explicit(0, integer(2));

/** TBSCertificate, RFC 5280 §4.1.2. */
export function encodeTbs(input: TbsInput): Uint8Array {
  const fields = [
    VERSION_3,
    integerFromContent(input.serial),
    input.algorithm.identifier,
    input.issuer,
    sequence(encodeTime(input.notBefore), encodeTime(input.notAfter)),
    input.subject,
    input.spki,
  ];
  // SIZE (1..MAX): without extensions the field is absent
  if (input.extensions.length > 0)
    fields.push(explicit(3, sequence(...input.extensions.map(encodeExtension))));
  return sequence(...fields);
}

/** Joins a TBSCertificate and its signature. */
export function joinCertificate(
  tbs: Uint8Array,
  algorithm: Pick<SignatureAlgorithm, 'identifier'>,
  signature: Uint8Array,
): CertificateDer {
  return sequence(tbs, algorithm.identifier, bitString(signature)) as CertificateDer;
}

/** Encodes, signs and joins; the algorithm is the signer's. */
export async function signCertificate(
  input: Omit<TbsInput, 'algorithm'>,
  signer: Signer,
): Promise<CertificateDer> {
  const { algorithm } = signer;
  const tbs = encodeTbs({ ...input, algorithm });
  return joinCertificate(tbs, algorithm, await signer.sign(tbs));
}
