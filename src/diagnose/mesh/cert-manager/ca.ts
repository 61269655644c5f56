// What cert-manager makes of the Secret of a CA: the rules of its CA issuer and of its pki package.
import { bytesEqual } from '../../../base/bytes.ts';
import { quoteForeign } from '../../../base/text.ts';
import { verifySignature } from '../../../crypto/verify.ts';
import { distinct } from '../../../verify/asked.ts';
import { sameName } from '../../../verify/names.ts';
import { isSelfSigned, type Certificate } from '../../../x509/certificate.ts';
import { certificateTitle } from '../../../x509/title.ts';
import { certificatesOf, found, type MeshFinding, type MeshSet } from '../mesh-set.ts';
import { signingCaFindings } from '../signing-ca.ts';
import { formFindings } from './pem-form.ts';
import { CA, CERTIFICATE, KEY } from './files.ts';

/** It says nothing of a CA that ends; what that signs ends with it. */
const WARN_DAYS = 60;

/** What keeps cert-manager from signing with it, or what it signs from being believed. */
export function caFindings({ files, place }: MeshSet, at: Date): readonly MeshFinding[] {
  const certificate = files.get(CERTIFICATE);
  const key = files.get(KEY);
  if (!certificate || !key)
    return [
      found('MESH_FILE_MISSING', place, `there is no ${certificate ? KEY : CERTIFICATE}`, {
        mend: 'write the set anew',
        commands: [['mtls', 'mesh', 'cert-manager', 'issuer']],
      }),
    ];
  const chain = caChain(files);
  const root = chain.find(isSelfSigned);
  const top = root ?? chain.at(-1);
  const signing = signingCaFindings({
    certificate,
    key,
    roots: top ? [top] : [],
    through: chain.slice(1),
    rootsPlace: certificate.place,
    at,
    warnDays: WARN_DAYS,
  });
  const form = formFindings(certificate, key);
  // Of a leaf nothing else matters
  const leaf = signing.filter(({ code }) => code === 'NOT_A_CA');
  if (leaf.length > 0) return leaf;
  return [
    ...form,
    ...signing,
    ...(chain[0] ? strangerFindings(chain[0], chain, certificate.place) : []),
    ...(top && !root ? [rootless(top, certificate.place)] : []),
  ];
}

/** The chain as cert-manager signs with it: the first of ca.crt stands at its end. */
export function caChain(files: MeshSet['files']): readonly Certificate[] {
  return distinct([
    ...certificatesOf(files.get(CERTIFICATE)),
    ...certificatesOf(files.get(CA)).slice(0, 1),
  ]);
}

/** ParseSingleCertificateChain: what is no one chain is refused, in whatever order. */
function strangerFindings(
  ca: Certificate,
  chain: readonly Certificate[],
  place: string,
): readonly MeshFinding[] {
  const path = [ca];
  for (let last = ca; !isSelfSigned(last);) {
    const below = last;
    const next = chain.find((one) => !path.includes(one) && issued(one, below));
    if (!next) break;
    path.push(next);
    last = next;
  }
  return chain
    .filter((one) => !path.some(({ der }) => bytesEqual(der, one.der)))
    .map((one) =>
      found(
        'CHAIN_STRANGER',
        place,
        `${quoteForeign(certificateTitle(one))} is none of the CA’s chain: cert-manager says "certificate chain is malformed or broken"`,
        { mend: 'leave in the CA, those above it, and its root' },
      ),
    );
}

function issued(above: Certificate, below: Certificate): boolean {
  return (
    sameName(above.subjectDer, below.issuerDer) &&
    below.signatureAlgorithm !== undefined &&
    verifySignature(below.signatureAlgorithm, above.publicKey, below.tbs, below.signature)
  );
}

function rootless(top: Certificate, place: string): MeshFinding {
  return found(
    'TRUST_WITHOUT_ROOT',
    place,
    `it ends in ${quoteForeign(certificateTitle(top))}, which is no root, and becomes the ca.crt of all that is issued: nginx, HAProxy, openssl and Node trust nothing below it`,
    { severity: 'warning', mend: 'add the root at the end of tls.crt' },
  );
}
