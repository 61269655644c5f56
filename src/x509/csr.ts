// Certification requests, PKCS#10 (RFC 2986), with the attributes of RFC 2985.
import { bytesEqual, type CsrDer, type NameDer } from '../base/bytes.ts';
import { readOid } from '../asn1/oid.ts';
import {
  contextConstructed,
  enterWhole,
  readerOf,
  readWhole,
  Tag,
  type DerReader,
} from '../asn1/reader.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from '../crypto/algorithms.ts';
import { parsePublicKey, type PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import { decodeDn, type DistinguishedName } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import {
  extensionName,
  extensionValue,
  noteInto,
  readExtensions,
  type Extension,
} from './extensions.ts';
import type { Irregularity } from './irregularity.ts';
import { boundLength, reading } from './malformed.ts';

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
/** As Windows writes it beside or in place of the standard one. */
const MICROSOFT_EXTENSION_REQUEST = '1.3.6.1.4.1.311.2.1.14';
const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';

interface CsrAttribute {
  readonly oid: string;
  /** Each value, whole DER. */
  readonly values: readonly Uint8Array[];
}

/** A request; byte fields are views of `der`. */
export interface CertificationRequest {
  readonly der: CsrDer;
  /** The whole CertificationRequestInfo: what the signature covers. */
  readonly info: Uint8Array;
  readonly subject: DistinguishedName;
  readonly subjectDer: NameDer;
  readonly publicKey: PublicKey;
  readonly attributes: readonly CsrAttribute[];
  readonly requestedExtensions: readonly Extension[];
  /** Subject alternative names asked for. */
  readonly names: readonly GeneralName[];
  /** A challenge password is there; it is a secret and is not read. */
  readonly hasChallengePassword: boolean;
  /** Undefined when the program does not know it. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly irregularities: readonly Irregularity[];
}

/** Reads a whole CertificationRequest; throws CSR_MALFORMED. Its signature is not checked. */
export function parseCsr(der: Uint8Array): CertificationRequest {
  boundLength(der, 'CSR_MALFORMED', 'certificate request');
  return reading('CSR_MALFORMED', 'certificate request', () => readCsr(der));
}

/** Whether the requester holds the key: the signature over the request verifies. */
export function verifyCsr(request: CertificationRequest): boolean {
  const { signatureAlgorithm, publicKey, info, signature } = request;
  return (
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, publicKey, info, signature)
  );
}

function readCsr(der: Uint8Array): CertificationRequest {
  const outer = enterWhole(der);
  const info = outer.next(Tag.Sequence);
  const algorithm = outer.next(Tag.Sequence);
  const signature = outer.bitStringBytes();
  outer.end();

  const irregularities: Irregularity[] = [];
  const reader = readerOf(info);
  const version = reader.smallInteger() + 1;
  if (version !== 1)
    irregularities.push({
      code: 'VERSION_UNKNOWN',
      detail: `there is no version ${version} of requests`,
      clause: 'RFC 2986 §4.1',
    });
  const subjectDer = reader.next(Tag.Sequence).whole as NameDer;
  const publicKey = parsePublicKey(reader.next(Tag.Sequence).whole);
  // The field is not optional, but OpenSSL and others have left an empty one out
  const field = reader.optional(contextConstructed(0));
  reader.end();
  const attributes = field ? readAttributes(readerOf(field)) : [];
  const requestedExtensions = requestedBy(attributes, irregularities);
  const signatureAlgorithm = readSignatureAlgorithm(algorithm.whole);

  return {
    der: der as CsrDer,
    info: info.whole,
    subject: decodeDn(subjectDer),
    subjectDer,
    publicKey,
    attributes,
    requestedExtensions,
    names: extensionValue(requestedExtensions, 'subjectAltName')?.names ?? [],
    hasChallengePassword: attributes.some(({ oid }) => oid === CHALLENGE_PASSWORD),
    signatureAlgorithm,
    signatureOid: signatureAlgorithm?.oid ?? readOid(readerOf(algorithm)),
    signature,
    irregularities: [
      ...irregularities,
      ...requestedExtensions.flatMap((extension) => extension.irregularities),
    ],
  };
}

// The order of the SET is not held to DER: signers are many, and the signature covers it as it is.
function readAttributes(reader: DerReader): CsrAttribute[] {
  const attributes: CsrAttribute[] = [];
  while (!reader.done) {
    const attribute = reader.enter();
    const oid = readOid(attribute);
    const set = attribute.enter(Tag.Set);
    attribute.end();
    const values: Uint8Array[] = [];
    while (!set.done) values.push(set.next().whole);
    attributes.push({ oid, values });
  }
  return attributes;
}

function requestedBy(
  attributes: readonly CsrAttribute[],
  found: Irregularity[],
): readonly Extension[] {
  const note = noteInto(found, 'RFC 2985 §5.4.2');
  const asked = attributes.filter(
    ({ oid }) => oid === EXTENSION_REQUEST || oid === MICROSOFT_EXTENSION_REQUEST,
  );
  if (asked.some(({ values }) => values.length === 0))
    note('EXTENSIONS_EMPTY', 'extensions are asked for, and none is named');
  const lists = asked
    .flatMap(({ values }) => values)
    .flatMap((value) => readExtensions(readWhole(value, Tag.Sequence), note));
  // Windows says one list twice, under both identifiers
  const kept: Extension[] = [];
  for (const extension of lists) {
    const same = kept.find(({ oid }) => oid === extension.oid);
    if (!same) kept.push(extension);
    else if (same.critical !== extension.critical || !bytesEqual(same.value, extension.value))
      found.push({
        code: 'EXTENSION_DUPLICATE',
        detail: `the extension ${extensionName(extension.oid) ?? extension.oid} is asked for in two ways`,
        clause: 'RFC 5280 §4.2',
      });
  }
  return kept;
}
