// Certificate revocation lists as read (RFC 5280 §5); crl-write.ts makes them.
import { bytesEqual, type CrlDer, type NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { readOid } from '../asn1/oid.ts';
import { contextConstructed, enterWhole, readerOf, Tag } from '../asn1/reader.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { DistinguishedName } from '../name/dn.ts';
import { NO_ENTRIES, readEntries, type CrlEntries } from './crl-entries.ts';
import {
  extensionValue,
  noteInto,
  readExtensions,
  type AuthorityKeyIdentifier,
  type Extension,
  type IssuingDistributionPoint,
} from './extensions.ts';
import type { Irregularity } from './irregularity.ts';
import { reading } from './malformed.ts';
import { readableName } from './readable-name.ts';
import { readTimeNoting } from './validity-time.ts';

export { encodeCrlTbs, joinCrl, signCrl, type CrlEntryInput } from './crl-write.ts';
export type { CrlEntry } from './crl-entries.ts';

/** Ten million entries with a reason fit; the largest public CRLs are under 100 MiB. */
const MAX_CRL_LENGTH = 512 * 1024 * 1024;

/** A CRL; byte fields are views of `der`. */
export interface Crl {
  readonly der: CrlDer;
  /** The whole TBSCertList: what the signature covers. */
  readonly tbs: Uint8Array;
  /** 1 or 2; anything else is irregular. */
  readonly version: number;
  /** Undefined when the program does not know it. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly issuerDer: NameDer;
  readonly thisUpdate: Date;
  /** Absent although RFC 5280 §5.1.2.5 asks for it: no time is promised. */
  readonly nextUpdate: Date | undefined;
  readonly entries: CrlEntries;
  readonly extensions: readonly Extension[];
  readonly number: bigint | undefined;
  /** Of a delta CRL: the number of the base that it changes. */
  readonly baseCrlNumber: bigint | undefined;
  readonly authorityKeyId: AuthorityKeyIdentifier | undefined;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  readonly irregularities: readonly Irregularity[];
}

/** Reads a whole CertificateList, every entry of it; throws CRL_MALFORMED. */
export function parseCrl(der: Uint8Array): Crl {
  if (der.length > MAX_CRL_LENGTH)
    throw new MtlsError('CRL_MALFORMED', `malformed CRL: over ${MAX_CRL_LENGTH} bytes long`);
  // A Buffer slices slower than its plain view
  const bytes = new Uint8Array(der.buffer, der.byteOffset, der.byteLength);
  return reading('CRL_MALFORMED', 'CRL', () => readCrl(bytes));
}

/** Whether this key made the CRL's signature. */
export function verifyCrl(crl: Crl, key: PublicKey): boolean {
  const { signatureAlgorithm, tbs, signature } = crl;
  return (
    signatureAlgorithm !== undefined && verifySignature(signatureAlgorithm, key, tbs, signature)
  );
}

function readCrl(der: Uint8Array): Crl {
  const outer = enterWhole(der);
  const tbs = outer.next(Tag.Sequence);
  const algorithm = outer.next(Tag.Sequence);
  const signature = outer.bitStringBytes();
  outer.end();

  const found: Irregularity[] = [];
  const reader = readerOf(tbs);
  const version = reader.peek() === Tag.Integer ? reader.smallInteger() + 1 : 1;
  if (version > 2 || (version === 1 && tbs.content[0] === Tag.Integer))
    found.push({
      code: 'VERSION_UNKNOWN',
      detail: `version ${version} is written out, which only 2 may be`,
      clause: 'RFC 5280 §5.1.2.1',
    });
  const inner = reader.next(Tag.Sequence).whole;
  if (!bytesEqual(inner, algorithm.whole))
    found.push({
      code: 'ALGORITHM_MISMATCH',
      detail: 'the signature algorithm differs inside and outside of the signed part',
      clause: 'RFC 5280 §5.1.1.2',
    });
  const issuerField = reader.next(Tag.Sequence);
  const issuerDer = issuerField.whole as NameDer;
  const issuer = readableName(issuerDer, 'issuer');
  if (issuer.irregularity) found.push(issuer.irregularity);
  if (issuerField.content.length === 0)
    found.push({
      code: 'ISSUER_EMPTY',
      detail: 'the issuer is empty',
      clause: 'RFC 5280 §5.1.2.3',
    });
  const thisUpdate = readTimeNoting(reader, noteInto(found, 'RFC 5280 §5.1.2.4'), 'thisUpdate');
  const next = reader.peek();
  const nextUpdate =
    next === Tag.UtcTime || next === Tag.GeneralizedTime
      ? readTimeNoting(reader, noteInto(found, 'RFC 5280 §5.1.2.5'), 'nextUpdate')
      : undefined;
  const list = reader.optional(Tag.Sequence);
  if (list?.content.length === 0)
    found.push({
      code: 'EXTENSION_EMPTY',
      detail: 'the list of revoked certificates is present and empty',
      clause: 'RFC 5280 §5.1.2.6',
    });
  const entries = list ? readEntries(list, issuerDer, found) : NO_ENTRIES;
  const field = reader.optional(contextConstructed(0));
  reader.end();
  const extensions = field ? readCrlExtensions(field, version, found) : [];
  const signatureAlgorithm = readSignatureAlgorithm(algorithm.whole);

  return {
    der: der as CrlDer,
    tbs: tbs.whole,
    version,
    signatureAlgorithm,
    signatureOid: signatureAlgorithm?.oid ?? readOid(readerOf(algorithm)),
    signature,
    issuer: issuer.name,
    issuerDer,
    thisUpdate,
    nextUpdate,
    entries,
    extensions,
    number: extensionValue(extensions, 'crlNumber')?.number,
    baseCrlNumber: extensionValue(extensions, 'deltaCrlIndicator')?.baseNumber,
    authorityKeyId: extensionValue(extensions, 'authorityKeyIdentifier'),
    issuingDistributionPoint: extensionValue(extensions, 'issuingDistributionPoint'),
    irregularities: found,
  };
}

function readCrlExtensions(
  field: Parameters<typeof readerOf>[0],
  version: number,
  found: Irregularity[],
): readonly Extension[] {
  const inner = readerOf(field);
  const extensions = readExtensions(inner.next(Tag.Sequence), noteInto(found, 'RFC 5280 §5.2'));
  inner.end();
  if (version < 2)
    found.push({
      code: 'VERSION_TOO_LOW',
      detail: `extensions stand in a CRL of version ${version}`,
      clause: 'RFC 5280 §5.1.2.1',
    });
  for (const extension of extensions)
    for (const irregularity of extension.irregularities) found.push(irregularity);
  return extensions;
}
