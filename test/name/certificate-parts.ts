// Certificates as far as names need them: made with a dead signature, or taken apart.
import type { NameDer } from '../../src/base/bytes.ts';
import { encodeTime } from '../../src/asn1/time.ts';
import { contextConstructed, enterWhole, readWhole, Tag } from '../../src/asn1/reader.ts';
import { readOid } from '../../src/asn1/oid.ts';
import { bitString, explicit, integer, octetString, oid, sequence } from '../../src/asn1/writer.ts';
import { decodeDn, encodeDn, EMPTY_DN, type DistinguishedName } from '../../src/name/dn.ts';
import { decodeGeneralNames, encodeGeneralNames, type GeneralName } from '../../src/name/san.ts';

const SUBJECT_ALT_NAME = '2.5.29.17';
const NAME_CONSTRAINTS = '2.5.29.30';

// The base point of P-256: a public key that any reader takes
const SPKI = sequence(
  sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
  bitString(
    Buffer.from(
      '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
      'hex',
    ),
  ),
);

/** A certificate with these alternative names; nobody has signed it. */
export function certificateWithNames(
  names: readonly GeneralName[],
  subject: DistinguishedName = EMPTY_DN,
): Uint8Array {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const extension = sequence(oid(SUBJECT_ALT_NAME), octetString(encodeGeneralNames(names)));
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(1),
    algorithm,
    encodeDn(EMPTY_DN),
    sequence(encodeTime(new Date(0)), encodeTime(new Date(1e12))),
    encodeDn(subject),
    SPKI,
    ...(names.length === 0 ? [] : [explicit(3, sequence(extension))]),
  );
  return sequence(tbs, algorithm, bitString(Uint8Array.of(0x30, 0)));
}

export interface CertificateParts {
  readonly issuerDer: NameDer;
  readonly subjectDer: NameDer;
  readonly subject: DistinguishedName;
  readonly names: readonly GeneralName[];
  /** Value of the name constraints extension, not yet decoded. */
  readonly constraints: Uint8Array | undefined;
}

export function certificateParts(der: Uint8Array): CertificateParts {
  const tbs = enterWhole(der).enter();
  tbs.optional(contextConstructed(0));
  tbs.next(Tag.Integer);
  tbs.next(Tag.Sequence);
  const issuerDer = tbs.next(Tag.Sequence).whole as NameDer;
  tbs.next(Tag.Sequence);
  const subjectDer = tbs.next(Tag.Sequence).whole as NameDer;
  tbs.next(Tag.Sequence);
  let names: readonly GeneralName[] = [];
  let constraints: Uint8Array | undefined;
  if (tbs.peek() === contextConstructed(3)) {
    const list = tbs.enter(contextConstructed(3)).enter();
    while (!list.done) {
      const extension = list.enter();
      const type = readOid(extension);
      extension.optional(Tag.Boolean);
      const value = extension.octetString();
      if (type === SUBJECT_ALT_NAME) names = decodeGeneralNames(value);
      if (type === NAME_CONSTRAINTS) constraints = readWhole(value).whole;
    }
  }
  return { issuerDer, subjectDer, subject: decodeDn(subjectDer), names, constraints };
}
