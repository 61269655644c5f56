// All that was gathered, each certificate and key once, with every place where it lies.
import { invariant } from '../base/assert.ts';
import type { NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { verifySignature } from '../crypto/verify.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { EncodedKey } from '../codec/part.ts';
import type { Origin } from '../codec/origin.ts';
import { issuersAmong } from '../verify/chain-order.ts';
import { byteKey, isSelfIssued, nameKey } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Crl } from '../x509/crl.ts';
import type { Document } from './document.ts';

/** Where something lies. */
export interface Place {
  readonly document: Document;
  readonly origin: Origin;
}

export interface CertificateNode {
  readonly certificate: Certificate;
  readonly places: readonly Place[];
  /** It issues others, or is meant to; else it is somebody's own. */
  readonly isIssuer: boolean;
}

export interface KeyNode {
  /** Undefined where it is encrypted and stays closed. */
  readonly publicKey: PublicKey | undefined;
  readonly encrypted: boolean;
  readonly document: Document;
  readonly origin: Origin;
  /** Why it cannot be opened, but for the want of a passphrase. */
  readonly trouble?: MtlsError;
}

export interface CrlNode {
  readonly crl: Crl;
  readonly document: Document;
}

export interface Pile {
  readonly documents: readonly Document[];
  readonly certificates: readonly CertificateNode[];
  readonly keys: readonly KeyNode[];
  readonly crls: readonly CrlNode[];
  readonly nodeOf: (certificate: Certificate) => CertificateNode | undefined;
  /** Certificates with this subject. */
  readonly named: (subject: NameDer) => readonly CertificateNode[];
  /** The certificates of a document, in its order. */
  readonly certificatesIn: (document: Document) => readonly CertificateNode[];
  readonly keysIn: (document: Document) => readonly KeyNode[];
  /** Certificates and keys that hold this key. */
  readonly withKey: (key: PublicKey) => {
    readonly certificates: readonly CertificateNode[];
    readonly keys: readonly KeyNode[];
  };
  /** A request or a bare public key here is of this key. */
  readonly isAskedFor: (key: PublicKey) => boolean;
  /** Documents that stand with this one, itself among them. */
  readonly besides: (document: Document) => readonly Document[];
}

/** Sorts documents. The passphrase opens keys that are encrypted; without one they stay closed. */
export function pileOf(documents: readonly Document[], passphrase?: string | Uint8Array): Pile {
  const places = new Map<string, { certificate: Certificate; places: Place[] }>();
  const inDocument = new Map<Document, string[]>();
  const keys: KeyNode[] = [];
  const crls: CrlNode[] = [];
  const askedFor = new Set<string>();
  for (const document of documents)
    for (const part of document.parts) {
      const { origin } = part;
      if (part.kind === 'certificate') {
        const name = byteKey(part.certificate.der);
        const known = places.get(name);
        if (!known)
          places.set(name, { certificate: part.certificate, places: [{ document, origin }] });
        // The same again in one file is no other place
        else if (known.places.at(-1)?.document !== document)
          known.places.push({ document, origin });
        const list = inDocument.get(document);
        if (list) list.push(name);
        else inDocument.set(document, [name]);
      } else if (part.kind === 'key') keys.push(openedKey(part.key, document, passphrase));
      else if (part.kind === 'crl') crls.push({ crl: part.crl, document });
      else askedFor.add(keyName(part.kind === 'request' ? part.request.publicKey : part.publicKey));
    }

  const issuing = issuersIn([...places.values()].map(({ certificate }) => certificate));
  const nodes = new Map<string, CertificateNode>();
  for (const [name, one] of places)
    nodes.set(name, { ...one, isIssuer: isIssuer(one.certificate, issuing) });

  const byCertificate = new Map<Certificate, CertificateNode>();
  const byName = new Map<string, CertificateNode[]>();
  for (const node of nodes.values()) {
    byCertificate.set(node.certificate, node);
    const name = nameKey(node.certificate.subjectDer);
    const list = byName.get(name);
    if (list) list.push(node);
    else byName.set(name, [node]);
  }

  const heldIn = new Map<Document, readonly CertificateNode[]>();
  for (const [document, names] of inDocument)
    heldIn.set(
      document,
      names.map((name) => {
        const node = nodes.get(name);
        invariant(node, 'a certificate of a document is known');
        return node;
      }),
    );

  const byKey = new Map<string, { certificates: CertificateNode[]; keys: KeyNode[] }>();
  const holders = (key: PublicKey) => {
    const name = keyName(key);
    let found = byKey.get(name);
    if (!found) byKey.set(name, (found = { certificates: [], keys: [] }));
    return found;
  };
  for (const node of nodes.values()) holders(node.certificate.publicKey).certificates.push(node);
  const keysOf = new Map<Document, KeyNode[]>();
  for (const key of keys) {
    if (key.publicKey) holders(key.publicKey).keys.push(key);
    const list = keysOf.get(key.document);
    if (list) list.push(key);
    else keysOf.set(key.document, [key]);
  }
  const containers = new Map<string, Document[]>();
  for (const document of documents) {
    const list = containers.get(document.container);
    if (list) list.push(document);
    else containers.set(document.container, [document]);
  }
  return {
    documents,
    certificates: [...nodes.values()],
    keys,
    crls,
    nodeOf: (certificate) => byCertificate.get(certificate),
    named: (subject) => byName.get(nameKey(subject)) ?? [],
    certificatesIn: (document) => heldIn.get(document) ?? [],
    keysIn: (document) => keysOf.get(document) ?? [],
    withKey: holders,
    isAskedFor: (key) => askedFor.has(keyName(key)),
    besides: (document) => containers.get(document.container) ?? [document],
  };
}

/** RSA keys are the same whatever their algorithm says (RFC 4055 §1.2). */
function keyName(key: PublicKey): string {
  return byteKey(key.kind === 'rsa' ? key.keyBits : key.spki);
}

function openedKey(
  key: EncodedKey,
  document: Document,
  passphrase: string | Uint8Array | undefined,
): KeyNode {
  const { locked, origin } = key;
  const closed = { publicKey: undefined, encrypted: locked, document, origin };
  if (locked && passphrase === undefined) return closed;
  try {
    return { ...closed, publicKey: key.decode(() => passphrase).publicKey };
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code === 'INTERNAL') throw error;
    return { ...closed, trouble: error };
  }
}

/** Who issued another one here, by name, key identifier and signature. */
function issuersIn(certificates: readonly Certificate[]): ReadonlySet<Certificate> {
  const issuing = new Set<Certificate>();
  for (const [child, issuer] of issuersAmong(certificates)) {
    if (issuing.has(issuer) || issuer.basicConstraints?.ca === true) continue;
    const { signatureAlgorithm: algorithm, tbs, signature } = child;
    if (algorithm && verifySignature(algorithm, issuer.publicKey, tbs, signature))
      issuing.add(issuer);
  }
  return issuing;
}

/** By what it says, else by what it did: a CA whose CA bit is missing is a CA that is broken. */
function isIssuer(certificate: Certificate, issuing: ReadonlySet<Certificate>): boolean {
  const { basicConstraints, keyUsage, version, extendedKeyUsage, names } = certificate;
  if (basicConstraints?.ca === true || keyUsage?.has('keyCertSign') === true) return true;
  // A server's certificate that somebody signed with is a server's all the same
  if (issuing.has(certificate)) return names.length === 0 && extendedKeyUsage === undefined;
  if (basicConstraints) return false;
  // The roots of old are v1 and sign themselves; so do servers' own, which have names or purposes
  return version === 1 && isSelfIssued(certificate) && !extendedKeyUsage && names.length === 0
    ? !looksLikeHost(certificate)
    : false;
}

/** A common name with a dot and no blank: a host's, where CAs have titles. */
function looksLikeHost({ subject }: Certificate): boolean {
  const [common] = subject.rdns.flat().filter(({ oid }) => oid === '2.5.4.3');
  return typeof common?.value === 'string' && /^\S+\.\S+$|^localhost$/.test(common.value);
}
