// CAs at hand: those of a home, by which commands that mend can name them.
import type { NameDer } from '../base/bytes.ts';
import { bytesEqual } from '../base/bytes.ts';
import { verifySignature } from '../crypto/verify.ts';
import { sameName } from '../verify/names.ts';
import type { Certificate } from '../x509/certificate.ts';

/** A CA of a home. */
export interface HomeCa {
  readonly name: string;
  /** `--home FOLDER`, where commands would not find it by themselves. */
  readonly home: readonly string[];
  /** Its certificate, then its issuers up to the root. */
  readonly path: readonly [Certificate, ...Certificate[]];
  /** Its key is there, or with a signer that the home names. */
  readonly signs: boolean;
  /** Whether `mtls renew FILE` would renew this certificate in this very file. */
  readonly renews: (certificate: Certificate, file: string) => boolean;
  /** What it issued last into a file, by its serial number. */
  readonly issuedInto: (file: string) => string | undefined;
}

/** Which of these has issued a certificate: by its signature. */
export function issuerAmong(cas: readonly HomeCa[], certificate: Certificate): HomeCa | undefined {
  return cas.find(({ path: [ca] }) => hasSigned(ca, certificate));
}

/** Which of these has this key. */
export function caWithKey(cas: readonly HomeCa[], certificate: Certificate): HomeCa | undefined {
  const { spki } = certificate.publicKey;
  return cas.find(({ path: [ca] }) => bytesEqual(ca.publicKey.spki, spki));
}

/** By name and signature; dates and constraints are no matter. */
export function hasSigned(
  issuer: { readonly subjectDer: NameDer; readonly publicKey: Certificate['publicKey'] },
  { issuerDer, signatureAlgorithm, tbs, signature }: Certificate,
): boolean {
  return (
    sameName(issuer.subjectDer, issuerDer) &&
    signatureAlgorithm !== undefined &&
    verifySignature(signatureAlgorithm, issuer.publicKey, tbs, signature)
  );
}
