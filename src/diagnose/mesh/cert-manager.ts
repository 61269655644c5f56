// What cert-manager makes of the Secret of a CA: the rules of its CA issuer and of its pki package.
import { bytesEqual } from '../../base/bytes.ts';
import { quoteForeign } from '../../base/text.ts';
import { distinct } from '../../verify/asked.ts';
import { sameName } from '../../verify/names.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { certificatesOf, found, setsOf, type MeshFinding, type MeshSet } from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';

/** It says nothing of a CA that ends; what that signs ends with it. */
const WARN_DAYS = 60;

/** Findings of each set, and the places of the sets; none where nothing can be a CA's Secret. */
export function checkCertManager(
  documents: readonly Document[],
  at: Date,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const all = setsOf(documents).filter(
    ({ object, files }) =>
      object?.kind !== 'ConfigMap' && (files.has(CERTIFICATE) || files.has(KEY)),
  );
  // Among many Secrets those of workloads are none of an issuer's
  const cas = all.filter(
    ({ files }) => certificatesOf(files.get(CERTIFICATE))[0]?.basicConstraints?.ca === true,
  );
  const sets = cas.length > 0 ? cas : all;
  return {
    places: sets.map(({ place }) => place),
    findings: sets.flatMap((set) => setFindings(set, at)),
  };
}

function setFindings({ files, place }: MeshSet, at: Date): readonly MeshFinding[] {
  const certificate = files.get(CERTIFICATE);
  const key = files.get(KEY);
  if (!certificate || !key)
    return [
      found('MESH_FILE_MISSING', place, `there is no ${certificate ? KEY : CERTIFICATE}`, {
        mend: 'write the set anew',
        commands: [['mtls', 'mesh', 'cert-manager', 'issuer']],
      }),
    ];
  const chain = distinct(certificatesOf(certificate));
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
  // Of a leaf nothing else matters
  const leaf = signing.filter(({ code }) => code === 'NOT_A_CA');
  if (leaf.length > 0) return leaf;
  return [
    ...signing,
    ...(chain[0] ? strangerFindings(chain[0], chain, certificate.place) : []),
    ...(top && !root ? [rootless(top, certificate.place)] : []),
  ];
}

/** ParseSingleCertificateChain: what is no one chain is refused, in whatever order. */
function strangerFindings(
  ca: Certificate,
  chain: readonly Certificate[],
  place: string,
): readonly MeshFinding[] {
  const path = [ca];
  for (let last = ca; !isSelfSigned(last);) {
    const { issuerDer } = last;
    const next = chain.find((one) => sameName(one.subjectDer, issuerDer) && !path.includes(one));
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

function rootless(top: Certificate, place: string): MeshFinding {
  return found(
    'TRUST_WITHOUT_ROOT',
    place,
    `it ends in ${quoteForeign(certificateTitle(top))}, which is no root, and becomes the ca.crt of all that is issued: nginx, HAProxy, openssl and Node trust nothing below it`,
    { severity: 'warning', mend: 'add the root at the end of tls.crt' },
  );
}
