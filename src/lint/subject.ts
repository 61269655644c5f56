// What rules look at: a certificate, its parts as written, and what stands around it.
import { verifySignature } from '../crypto/verify.ts';
import { isSelfIssued } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import {
  EXTENDED_KEY_USAGES,
  EXTENSION_OIDS,
  type Extension,
  type KeyUsage,
  type KnownExtensionKind,
} from '../x509/extensions.ts';
import type { Pile } from './pile.ts';
import { rawBasicConstraints, type RawBasicConstraints } from './raw/basic-constraints.ts';
import { rawGeneralNames, type RawGeneralName, type RawKind } from './raw/general-name.ts';
import { readRawName, type RawName } from './raw/name.ts';

/** What a certificate is for, as far as it says: a CA by its basic constraints. */
export type LintRole = 'root' | 'intermediate' | 'leaf';

const { serverAuth, clientAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGES;

export class LintSubject {
  readonly certificate: Certificate;
  readonly pile: Pile;
  /** What the user says that a leaf is for. */
  readonly purpose: 'server' | 'client' | undefined;
  readonly selfIssued: boolean;
  readonly constraints: RawBasicConstraints | undefined;
  readonly role: LintRole;
  #subjectName: RawName | undefined;
  #issuerName: RawName | undefined;
  #names: readonly RawGeneralName[] | undefined;
  #issuer: Certificate | null | undefined;

  constructor(certificate: Certificate, pile: Pile, purpose?: 'server' | 'client') {
    this.certificate = certificate;
    this.pile = pile;
    this.purpose = purpose;
    this.selfIssued = isSelfIssued(certificate);
    const basic = this.extension('basicConstraints');
    this.constraints = basic && rawBasicConstraints(basic.value);
    this.role = !this.constraints?.ca ? 'leaf' : this.selfIssued ? 'root' : 'intermediate';
  }

  get isCa(): boolean {
    return this.role !== 'leaf';
  }

  /** Of a version without extensions: what they would say is missing with them. */
  get isOld(): boolean {
    return this.certificate.version < 3 && this.certificate.extensions.length === 0;
  }

  /** The first extension of a kind, well-formed or not. */
  extension(kind: KnownExtensionKind): Extension | undefined {
    return this.extensionByOid(EXTENSION_OIDS[kind]);
  }

  extensionByOid(oid: string): Extension | undefined {
    return this.certificate.extensions.find((extension) => extension.oid === oid);
  }

  get subjectName(): RawName {
    return (this.#subjectName ??= readRawName(this.certificate.subjectDer));
  }

  get issuerName(): RawName {
    return (this.#issuerName ??= readRawName(this.certificate.issuerDer));
  }

  /** Texts of the subject's attributes of a type. */
  subjectTexts(oid: string): readonly string[] {
    return this.subjectName.attributes.filter((one) => one.oid === oid).map(({ text }) => text);
  }

  /** Names of the subject, then alternative names of the issuer: the same syntax holds for both. */
  get names(): readonly RawGeneralName[] {
    return (this.#names ??= [...this.subjectNames, ...this.#namesOf('issuerAltName')]);
  }

  /** Alternative names of the subject. */
  get subjectNames(): readonly RawGeneralName[] {
    return this.#namesOf('subjectAltName');
  }

  #namesOf(kind: 'subjectAltName' | 'issuerAltName'): readonly RawGeneralName[] {
    const { extensions } = this.certificate;
    return extensions
      .filter(({ oid }) => oid === EXTENSION_OIDS[kind])
      .flatMap(({ value }) => rawGeneralNames(value));
  }

  /** Texts of the names of one kind. */
  texts(kind: RawKind): readonly string[] {
    return this.names.filter((name) => name.kind === kind).map(({ text }) => text);
  }

  /** The DNS names that are text and not blank: what rules of labels look at. */
  get dnsNames(): readonly string[] {
    // eslint-disable-next-line no-control-regex -- ASCII is the question
    return this.texts('dns').filter((name) => /^[\x00-\x7f]+$/.test(name) && name.trim() !== '');
  }

  has(usage: KeyUsage): boolean {
    return this.certificate.keyUsage?.has(usage) ?? false;
  }

  /** Whether a leaf says that it may be used by a TLS server, or does not say what it is for. */
  get mayServe(): boolean {
    return this.role === 'leaf' && this.#allows(serverAuth);
  }

  /** The same of a TLS client. */
  get mayCall(): boolean {
    return this.role === 'leaf' && this.#allows(clientAuth);
  }

  #allows(purpose: string): boolean {
    const stated = this.certificate.extendedKeyUsage;
    return stated === undefined || stated.includes(purpose) || stated.includes(anyExtendedKeyUsage);
  }

  /** Whether the certificate's own key made its signature. */
  get selfSigned(): boolean {
    return this.selfIssued && signedBy(this.certificate, this.certificate);
  }

  /** The certificate in the pile that issued this one, its signature checked. */
  get issuer(): Certificate | undefined {
    if (this.#issuer === undefined) {
      const named = this.pile.issuerOf(this.certificate);
      this.#issuer = named && signedBy(this.certificate, named) ? named : null;
    }
    return this.#issuer ?? undefined;
  }
}

/** Whether the issuer's key made the certificate's signature. */
export function signedBy(certificate: Certificate, issuer: Certificate): boolean {
  const { signatureAlgorithm, tbs, signature } = certificate;
  return (
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, issuer.publicKey, tbs, signature)
  );
}
