// Certificates as read: strict in structure, told where a rule is broken, views all the way down.
import { bytesEqual, type CertificateDer, type NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { readOid } from '../asn1/oid.ts';
import { enterWhole, readerOf, Tag } from '../asn1/reader.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from '../crypto/algorithms.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import { verifySignature } from '../crypto/verify.ts';
import { dnEqual, type DistinguishedName } from '../name/dn.ts';
import type { NameConstraints } from '../name/constraints.ts';
import type { GeneralName } from '../name/san.ts';
import {
  readExtensionField,
  readPublicKey,
  readSerial,
  readUniqueIds,
  readVersion,
} from './certificate-fields.ts';
import {
  extensionValue,
  noteInto,
  type AuthorityKeyIdentifier,
  type Extension,
  type KeyUsage,
} from './extensions.ts';
import type { Irregularity } from './irregularity.ts';
import { boundLength, reading } from './malformed.ts';
import { readableName } from './readable-name.ts';
import { readTimeNoting } from './validity-time.ts';

interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength?: number;
}

/** A certificate; byte fields are views of `der`. */
export interface Certificate {
  readonly der: CertificateDer;
  /** The whole TBSCertificate: what the signature covers. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3; anything else is irregular. */
  readonly version: number;
  /** Content octets. */
  readonly serial: Uint8Array;
  /** The outer algorithm; undefined when the program does not know it. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureOid: string;
  /** Whole AlgorithmIdentifiers, outside and inside of the signed part. */
  readonly outerAlgorithm: Uint8Array;
  readonly innerAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** Empty when malformed, which is irregular. */
  readonly issuer: DistinguishedName;
  readonly issuerDer: NameDer;
  readonly subject: DistinguishedName;
  readonly subjectDer: NameDer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Of kind `other` when it cannot be read, which is irregular. */
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  /** What RFC 5280 forbids and could be read all the same. */
  readonly irregularities: readonly Irregularity[];

  // Conveniences over the extensions; undefined or empty where absent or malformed.
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Object identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: AuthorityKeyIdentifier | undefined;
  /** Subject alternative names. */
  readonly names: readonly GeneralName[];
  readonly nameConstraints: NameConstraints | undefined;
}

/** Reads a whole Certificate (RFC 5280 §4.1); throws CERT_MALFORMED. */
export function parseCertificate(der: Uint8Array): Certificate {
  boundLength(der, 'CERT_MALFORMED', 'certificate');
  // A Buffer slices slower than its plain view
  const bytes = new Uint8Array(der.buffer, der.byteOffset, der.byteLength);
  return reading('CERT_MALFORMED', 'certificate', () => new ReadCertificate(bytes));
}

/** Whether issuer and subject are one name (RFC 5280 §3.2); malformed names equal none. */
export function isSelfIssued(certificate: Certificate): boolean {
  const { issuerDer, subjectDer } = certificate;
  try {
    return dnEqual(issuerDer, subjectDer);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return false;
    throw error;
  }
}

/** Whether a certificate is self-issued and its own key made its signature. */
export function isSelfSigned(certificate: Certificate): boolean {
  const { signatureAlgorithm, publicKey, tbs, signature } = certificate;
  return (
    isSelfIssued(certificate) &&
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, publicKey, tbs, signature)
  );
}

class ReadCertificate implements Certificate {
  readonly der: CertificateDer;
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureOid: string;
  readonly outerAlgorithm: Uint8Array;
  readonly innerAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuerDer: NameDer;
  readonly subjectDer: NameDer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  readonly #structural: readonly Irregularity[];
  #irregularities: readonly Irregularity[] | undefined;
  #issuer: DistinguishedName | undefined;
  #subject: DistinguishedName | undefined;
  #keyUsage: ReadonlySet<KeyUsage> | undefined;

  constructor(der: Uint8Array) {
    const outer = enterWhole(der);
    const tbs = outer.next(Tag.Sequence);
    const algorithm = outer.next(Tag.Sequence);
    this.outerAlgorithm = algorithm.whole;
    this.signatureAlgorithm = readSignatureAlgorithm(algorithm.whole);
    this.signatureOid = this.signatureAlgorithm?.oid ?? readOid(readerOf(algorithm));
    this.signature = outer.bitStringBytes();
    outer.end();
    this.der = der as CertificateDer;
    this.tbs = tbs.whole;

    const found: Irregularity[] = [];
    const reader = readerOf(tbs);
    this.version = readVersion(reader, found);
    this.serial = readSerial(reader, found);
    this.innerAlgorithm = reader.next(Tag.Sequence).whole;
    if (!bytesEqual(this.innerAlgorithm, this.outerAlgorithm))
      found.push({
        code: 'ALGORITHM_MISMATCH',
        detail: 'the signature algorithm differs inside and outside of the signed part',
        clause: 'RFC 5280 §4.1.1.2',
      });
    const issuer = reader.next(Tag.Sequence);
    this.issuerDer = issuer.whole as NameDer;
    if (issuer.content.length === 0)
      found.push({
        code: 'ISSUER_EMPTY',
        detail: 'the issuer is empty',
        clause: 'RFC 5280 §4.1.2.4',
      });
    const validity = reader.enter();
    const noteTime = noteInto(found, 'RFC 5280 §4.1.2.5');
    this.notBefore = readTimeNoting(validity, noteTime, 'notBefore');
    this.notAfter = readTimeNoting(validity, noteTime, 'notAfter');
    validity.end();
    this.subjectDer = reader.next(Tag.Sequence).whole as NameDer;
    this.publicKey = readPublicKey(reader.next(Tag.Sequence).whole, found);
    readUniqueIds(reader, this.version, found);
    this.extensions = readExtensionField(reader, this.version, found);
    reader.end();
    this.#structural = found;
  }

  get issuer(): DistinguishedName {
    return (this.#issuer ??= readableName(this.issuerDer, 'issuer').name);
  }

  get subject(): DistinguishedName {
    return (this.#subject ??= readableName(this.subjectDer, 'subject').name);
  }

  get irregularities(): readonly Irregularity[] {
    return (this.#irregularities ??= this.#allIrregularities());
  }

  #allIrregularities(): readonly Irregularity[] {
    const found = [...this.#structural];
    for (const what of ['issuer', 'subject'] as const) {
      const { irregularity } = readableName(this[`${what}Der`], what);
      if (irregularity) found.push(irregularity);
    }
    for (const { irregularities } of this.extensions)
      for (const irregularity of irregularities) found.push(irregularity);
    return found;
  }

  get basicConstraints(): BasicConstraints | undefined {
    return extensionValue(this.extensions, 'basicConstraints');
  }

  get keyUsage(): ReadonlySet<KeyUsage> | undefined {
    if (this.#keyUsage) return this.#keyUsage;
    const found = extensionValue(this.extensions, 'keyUsage');
    return found && (this.#keyUsage = new Set(found.usages));
  }

  get extendedKeyUsage(): readonly string[] | undefined {
    return extensionValue(this.extensions, 'extendedKeyUsage')?.purposes;
  }

  get subjectKeyId(): Uint8Array | undefined {
    return extensionValue(this.extensions, 'subjectKeyIdentifier')?.id;
  }

  get authorityKeyId(): AuthorityKeyIdentifier | undefined {
    return extensionValue(this.extensions, 'authorityKeyIdentifier');
  }

  get names(): readonly GeneralName[] {
    return extensionValue(this.extensions, 'subjectAltName')?.names ?? [];
  }

  get nameConstraints(): NameConstraints | undefined {
    return extensionValue(this.extensions, 'nameConstraints')?.constraints;
  }
}
