// What istiod makes of a plugged-in CA: the rules by which it loads `cacerts`.
import { bytesEqual } from '../../base/bytes.ts';
import { formatTime } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { verifySignature } from '../../crypto/verify.ts';
import { sameName } from '../../verify/names.ts';
import { isSelfSigned, type Certificate } from '../../x509/certificate.ts';
import type { Crl } from '../../x509/crl.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { firstBlockFindings, goFormFindings } from './go-pem.ts';
import {
  certificatesOf,
  found,
  setsOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

/** The names of the files, in Istio's own form and in that of kubernetes.io/tls. */
interface Form {
  readonly certificate: string;
  readonly key: string;
  readonly roots: string;
  /** What is sent behind each workload’s certificate. */
  readonly chain: readonly string[];
}

const PLUGGED: Form = {
  certificate: 'ca-cert.pem',
  key: 'ca-key.pem',
  roots: 'root-cert.pem',
  chain: ['cert-chain.pem'],
};

/** istiod prefers it as soon as there is a `tls.crt`. */
const TLS: Form = {
  certificate: 'tls.crt',
  key: 'tls.key',
  roots: 'ca.crt',
  chain: ['tls.crt', 'ca.crt'],
};

const CRL = 'ca-crl.pem';

/** A Secret with it is one that istiod wrote. */
const GENERATED = 'istio-generated';
const SECRET = 'cacerts';

/** istiod itself warns of nothing; a CA of a mesh takes weeks to change. */
const WARN_DAYS = 60;

/** Findings of each set, and the places of the sets; none where nothing is one of Istio's. */
export function checkIstio(
  documents: readonly Document[],
  at: Date,
): { readonly places: readonly string[]; readonly findings: readonly MeshFinding[] } {
  const sets = setsOf(documents).filter(isIstios);
  return {
    places: sets.map(({ place }) => place),
    findings: sets.flatMap((set) => setFindings(set, at)),
  };
}

function isIstios({ object, files }: MeshSet): boolean {
  if (object?.kind === 'ConfigMap') return false;
  if (object?.name === SECRET) return true;
  const names = [PLUGGED.certificate, PLUGGED.key, PLUGGED.roots, ...PLUGGED.chain];
  return names.some((name) => files.has(name));
}

function setFindings(set: MeshSet, at: Date): readonly MeshFinding[] {
  const { files, place } = set;
  const form = files.has(TLS.certificate) ? TLS : PLUGGED;
  const objects = objectFindings(set);
  const wanted = [...new Set([form.certificate, form.key, form.roots, ...form.chain])];
  const missing = wanted.filter((name) => !files.has(name));
  if (missing.length > 0)
    return [
      ...objects,
      ...missing.map((name) =>
        found('MESH_FILE_MISSING', place, `there is no ${name}`, {
          mend: 'write the set anew',
          commands: [['mtls', 'mesh', 'istio', 'cacerts']],
        }),
      ),
    ];
  const file = (name: string) => files.get(name) as Document;
  const chain = form.chain.flatMap((name) => certificatesOf(file(name)));
  const roots = certificatesOf(file(form.roots));
  const troubles = [...new Set([form.roots, ...form.chain])]
    .filter((name) => name !== form.certificate)
    .flatMap((name) => troublesOf(file(name)))
    // Nothing has to be sent
    .filter(({ code }) => code !== 'FILE_EMPTY');
  const unread = [...new Set([form.certificate, form.key, form.roots, ...form.chain])].flatMap(
    (name) => goFormFindings(file(name)),
  );
  const signing = signingCaFindings({
    certificate: file(form.certificate),
    key: file(form.key),
    roots,
    through: chain,
    rootsPlace: file(form.roots).place,
    at,
    warnDays: WARN_DAYS,
  });
  const [ca] = certificatesOf(file(form.certificate));
  const loaded = troubles.length === 0 && signing.every(({ severity }) => severity !== 'error');
  return [
    ...objects,
    ...troubles,
    ...unread,
    ...firstBlockFindings(file(form.certificate), 'certificate'),
    ...firstBlockFindings(file(form.key), 'key'),
    ...signing,
    ...(ca && loaded ? sentFindings(ca, chain, roots, file(form.chain[0] as string), at) : []),
    ...(loaded && form === PLUGGED ? crlFindings(chain, files.get(CRL)) : []),
  ];
}

function objectFindings({ object, place, files }: MeshSet): readonly MeshFinding[] {
  const findings: MeshFinding[] = [];
  if (files.has(TLS.certificate) && files.has(CRL))
    findings.push(
      found('MESH_OBJECT', place, `istiod reads no ${CRL} beside ${TLS.certificate}`, {
        severity: 'warning',
        mend: 'write the set in the other form: mtls mesh istio cacerts --crls',
      }),
    );
  if (!object) return findings;
  const wrong = (what: string) => {
    findings.push(found('MESH_OBJECT', place, what));
  };
  if (object.name !== SECRET)
    wrong(`istiod mounts the Secret ${SECRET}, and this is ${quoteForeign(object.name ?? '')}`);
  if (object.namespace !== undefined && object.namespace !== 'istio-system')
    findings.push(
      found(
        'MESH_OBJECT',
        place,
        `it is in the namespace ${quoteForeign(object.namespace)}, and istiod reads the one that it runs in, mostly istio-system`,
        { severity: 'warning' },
      ),
    );
  if (object.keys.includes(GENERATED))
    findings.push(
      found(
        'MESH_OBJECT',
        place,
        `it has the key ${GENERATED}, by which istiod knows a CA that it made itself, and with USE_CACERTS_FOR_SELF_SIGNED_CA changes by itself`,
        { severity: 'warning', mend: 'delete the Secret, and create it anew without that key' },
      ),
    );
  if (object.type === 'kubernetes.io/tls' && !files.has(TLS.certificate))
    wrong(`its type is kubernetes.io/tls, and it has no ${TLS.certificate}`);
  return findings;
}

/** What workloads send: without the CA itself among it, peers that trust the root find no path. */
function sentFindings(
  ca: Certificate,
  chain: readonly Certificate[],
  roots: readonly Certificate[],
  document: Document,
  at: Date,
): readonly MeshFinding[] {
  const [first] = chain;
  // istiod looks at this one alone
  const ended =
    first && first.notAfter <= at
      ? [
          found(
            'EXPIRED',
            document.place,
            `${quoteForeign(certificateTitle(first))} stands first in it and has ended: istiod says "cert chain has expired"`,
            { evidence: [{ field: 'not after', value: formatTime(first.notAfter) }] },
          ),
        ]
      : [];
  if (roots.some(({ der }) => bytesEqual(der, ca.der))) return ended;
  if (chain.some(({ der }) => bytesEqual(der, ca.der))) return ended;
  return [
    ...ended,
    found(
      'INTERMEDIATE_MISSING',
      document.place,
      `${quoteForeign(certificateTitle(ca))} is not in it: workloads send it behind their certificates, and peers find no path to the root`,
      { mend: 'put the CA’s own certificate first, then those above it' },
    ),
  ];
}

/** Envoy refuses everybody of a chain in which one CA has no list, and istiod does not load it. */
function crlFindings(
  chain: readonly Certificate[],
  document: Document | undefined,
): readonly MeshFinding[] {
  if (!document) return [];
  const { place, parts } = document;
  const troubles = troublesOf(document).filter(({ code }) => code !== 'FILE_EMPTY');
  const crls = parts.flatMap((part) => (part.kind === 'crl' ? part.crl : []));
  if (crls.length === 0) {
    if (document.troubles.length > 0) return troubles;
    return [found('NOTHING_FOUND', place, 'it holds no revocation list')];
  }
  if (crls.length < parts.length + document.skipped.length)
    return [
      ...troubles,
      found('PEM_FORM', place, 'not all of it are revocation lists: istiod then loads nothing', {
        mend: 'leave the lists alone in it',
      }),
    ];
  return [
    ...troubles,
    ...goFormFindings(document),
    ...chain
      .filter((ca, index) => chain.findIndex(({ der }) => bytesEqual(der, ca.der)) === index)
      .flatMap((ca) => missingList(ca, crls, place)),
  ];
}

function missingList(ca: Certificate, crls: readonly Crl[], place: string): readonly MeshFinding[] {
  const title = quoteForeign(certificateTitle(ca));
  if (!crls.some((crl) => isOf(crl, ca)))
    return [
      found('CRL_MISSING', place, `it holds no list of ${title}: Envoy then refuses everybody`, {
        mend: `add the list of ${isSelfSigned(ca) ? 'the root' : 'this CA'}: mtls ca crl prints it`,
      }),
    ];
  if (!ca.keyUsage || ca.keyUsage.has('cRLSign')) return [];
  return [
    found('CRL_MISSING', place, `${title} may not sign lists, so the one of it counts for none`, {
      clause: 'RFC 5280 §4.2.1.3',
      evidence: [{ field: 'key usage', value: [...ca.keyUsage].join(', ') }],
      mend: 'make the CA anew with cRLSign, which mtls gives every CA, or leave the lists out',
    }),
  ];
}

function isOf(crl: Crl, ca: Certificate): boolean {
  return (
    sameName(crl.issuerDer, ca.subjectDer) &&
    crl.signatureAlgorithm !== undefined &&
    verifySignature(crl.signatureAlgorithm, ca.publicKey, crl.tbs, crl.signature)
  );
}
