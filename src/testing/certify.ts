// A certificate of any shape, right or wrong: what is asked for is what is written.
import type { CertificateDer, NameDer, SpkiDer } from '../base/bytes.ts';
import { encodePem } from '../codec/pem.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { PrivateKey } from '../crypto/key.ts';
import type { LocalSigner } from '../crypto/sign.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import type { ExtensionInput } from '../x509/extensions.ts';
import { encodeTbs, joinCertificate, type TbsInput } from '../x509/tbs.ts';
import type { KeySource } from './source.ts';

/** A certificate with its key. */
export class Holder {
  readonly der: CertificateDer;
  readonly key: PrivateKey;
  #certificate: Certificate | undefined;
  #pem: string | undefined;
  #keyPem: string | undefined;

  constructor(der: CertificateDer, key: PrivateKey) {
    this.der = der;
    this.key = key;
  }

  /** As our reader sees it. Throws CERT_MALFORMED for what nobody can read. */
  get certificate(): Certificate {
    return (this.#certificate ??= parseCertificate(this.der));
  }

  get pem(): string {
    return (this.#pem ??= encodePem('CERTIFICATE', this.der));
  }

  /** PKCS#8, unencrypted. */
  get keyPem(): string {
    return (this.#keyPem ??= writePrivateKey(this.key));
  }
}

/** Everything that a certificate says. */
export interface Shape {
  readonly subject: NameDer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** In this order; the source's mark is added, the key identifiers are not. */
  readonly extensions: readonly ExtensionInput[];
  /** The subject's key; a new one where absent. */
  readonly key: PrivateKey;
  /** Who signs; the subject itself where absent. */
  readonly issuer?: { readonly subject: NameDer; readonly key: PrivateKey } | undefined;
  /** Content octets; the source's next one where absent. */
  readonly serial?: Uint8Array | undefined;
  /** The key that is certified, where it is not the subject's. */
  readonly spki?: SpkiDer | undefined;
  /** Signs in place of the issuer's key. */
  readonly signer?: LocalSigner | undefined;
  /** Bends the encoded TBSCertificate before it is signed. */
  readonly bendTbs?: ((tbs: Uint8Array) => Uint8Array) | undefined;
  /** The whole AlgorithmIdentifier outside of the signed part, where it is not the signer's. */
  readonly outerAlgorithm?: Uint8Array | undefined;
  /** Bends the whole certificate after it was signed. */
  readonly bend?: ((der: Uint8Array) => Uint8Array) | undefined;
}

/** Writes and signs; nothing is checked. */
export function certify(source: KeySource, shape: Shape): Holder {
  const { key, issuer, subject, notBefore, notAfter } = shape;
  const signer = shape.signer ?? source.signerOf(issuer?.key ?? key);
  const { algorithm } = signer;
  const input: TbsInput = {
    serial: shape.serial ?? source.newSerial(),
    algorithm,
    issuer: issuer?.subject ?? subject,
    notBefore,
    notAfter,
    subject,
    spki: shape.spki ?? key.publicKey.spki,
    extensions: [...shape.extensions, ...source.mark],
  };
  const encoded = encodeTbs(input);
  const tbs = shape.bendTbs?.(encoded) ?? encoded;
  const outer = shape.outerAlgorithm ?? algorithm.identifier;
  const der = joinCertificate(tbs, { identifier: outer }, signer.sign(tbs));
  return new Holder((shape.bend?.(der) as CertificateDer | undefined) ?? der, key);
}
