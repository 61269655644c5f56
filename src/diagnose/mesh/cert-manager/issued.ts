// The Secret that a Certificate wrote, by the questions that cert-manager asks before it issues anew,
// and whether those who hold it are believed.
import { bytesEqual } from '../../../base/bytes.ts';
import { formatTime } from '../../../base/clock.ts';
import { quoteForeign } from '../../../base/text.ts';
import type { Mapping } from '../../../codec/manifest-entries.ts';
import type { PublicKey } from '../../../crypto/key.ts';
import { describeKey } from '../../../crypto/key.ts';
import { certificateKey } from '../../../manifest/cert-manager.ts';
import { sameKey } from '../../../match/match.ts';
import { isText } from '../../../name/dn.ts';
import { formatIp, isMappedIpv4, parseIp } from '../../../name/ip.ts';
import { anchorOf } from '../../../verify/types.ts';
import { verifyCertificate } from '../../../verify/verify.ts';
import { isSelfSigned, type Certificate } from '../../../x509/certificate.ts';
import { certificateTitle } from '../../../x509/title.ts';
import type { Resource } from '../../document.ts';
import {
  certificatesOf,
  found,
  keyOf,
  troublesOf,
  type MeshFinding,
  type MeshSet,
} from '../mesh-set.ts';
import { integerAt, mappingAt, textAt } from '../shape.ts';
import { CA, CERTIFICATE, KEY } from './files.ts';
import { MILLISECOND } from './go-duration.ts';
import { literalSubject } from './literal-subject.ts';
import { annotationsOf, issuerRefOf, namesOf, renewalOf, specOf } from './objects.ts';
import { passes } from './passes.ts';

const ANNOTATION = 'cert-manager.io/';

/** The name of the Certificate that wrote a Secret, as its annotation says. */
export function writerOf(secret: Resource): string | undefined {
  return textAt(annotationsOf(secret), `${ANNOTATION}certificate-name`);
}

/** What is wrong with it; the Certificate is unknown where it is not among what was given. */
export function issuedFindings(
  set: MeshSet,
  secret: Resource,
  certificate: Resource | undefined,
  at: Date,
): readonly MeshFinding[] {
  const [crt, key] = [set.files.get(CERTIFICATE), set.files.get(KEY)];
  if (!crt || !key)
    return [
      found('MESH_FILE_MISSING', set.place, `there is no ${crt ? KEY : CERTIFICATE}`, {
        severity: 'warning',
        mend: 'cert-manager issues it anew: see what keeps it from that, cmctl status certificate',
      }),
    ];
  const troubles = [crt, key].flatMap(troublesOf);
  const [leaf] = certificatesOf(crt);
  if (troubles.length > 0) return troubles;
  if (!leaf) return [found('NOTHING_FOUND', crt.place, 'it holds no certificate')];
  const opened = keyOf(key);
  if ('cause' in opened) return [opened];
  if (!sameKey(opened.publicKey, leaf.publicKey))
    return [
      found('KEY_MISMATCH', key.place, `it is not the key of ${title(leaf)}`, {
        mend: 'cert-manager issues both anew; restart who has read them',
      }),
    ];
  return [
    ...(certificate ? staleFindings(set.place, secret, leaf, certificate) : []),
    ...trustFindings(set, leaf, at),
    ...(certificate ? renewalFindings(crt.place, leaf, specOf(certificate), at) : []),
  ];
}

/** What makes cert-manager issue it anew: it is not, or no longer, what is asked for. */
function staleFindings(
  place: string,
  secret: Resource,
  leaf: Certificate,
  certificate: Resource,
): readonly MeshFinding[] {
  const spec = specOf(certificate);
  const annotations = annotationsOf(secret);
  const writer = writerOf(secret);
  const stale: (readonly [field: string, what: string])[] = [];
  if (!isIssuedBy(annotations, spec))
    stale.push([
      'spec.issuerRef',
      `${quoteForeign(textAt(annotations, `${ANNOTATION}issuer-name`) ?? '')} issued it`,
    ]);
  if (writer !== undefined && writer !== certificate.name)
    stale.push(['metadata.name', `${quoteForeign(writer)} wrote it`]);
  if (!isOfKind(leaf.publicKey, mappingAt(spec, 'privateKey')))
    stale.push(['spec.privateKey', `its key is ${describeKey(leaf.publicKey)}`]);
  for (const field of otherNames(leaf, spec)) stale.push([field, 'it has other names']);
  return stale.map(([field, what]) =>
    found(
      'MESH_STALE',
      place,
      `it is not what ${quoteForeign(certificate.title)} asks for: ${what}`,
      {
        severity: 'warning',
        evidence: [{ source: certificate.place, field: 'differs', value: field }],
        mend: 'cert-manager issues it anew: see what keeps it from that, cmctl status certificate',
      },
    ),
  );
}

/** As its annotations say; a Secret without any came from somewhere else. */
function isIssuedBy(annotations: Mapping, spec: Mapping): boolean {
  const [name, kind, group] = ['name', 'kind', 'group'].map((part) =>
    textAt(annotations, `${ANNOTATION}issuer-${part}`),
  );
  const wanted = issuerRefOf(spec);
  const any = [name, kind, group].some((one) => one !== undefined);
  const wantedGroup = textAt(mappingAt(spec, 'issuerRef'), 'group') ?? '';
  const groupOf = (one: string | undefined) => (one === undefined || one === '' ? GROUP : one);
  return (
    (!any || name === wanted.name) &&
    (kind === undefined || kind === '' ? 'Issuer' : kind) === wanted.kind &&
    groupOf(group) === groupOf(wantedGroup)
  );
}

const GROUP = 'cert-manager.io';
const USUAL_SIZES: Readonly<Record<string, number>> = { RSA: 2048, ECDSA: 256 };

function isOfKind(key: PublicKey, wanted: Mapping): boolean {
  const algorithm = textAt(wanted, 'algorithm') ?? 'RSA';
  const asked = integerAt(wanted, 'size') ?? 0;
  const size = asked > 0 ? asked : USUAL_SIZES[algorithm];
  let held: ReturnType<typeof certificateKey> | undefined;
  if (
    !passes(() => {
      held = certificateKey(key);
    })
  )
    return false;
  return held?.algorithm === algorithm && (algorithm === 'Ed25519' || held.size === size);
}

/** Fields whose names differ; a name may stand as the common name, under dnsNames, or both. */
function otherNames(leaf: Certificate, spec: Mapping): readonly string[] {
  const wanted = namesOf(spec);
  const literal = literalSubject(textAt(spec, 'literalSubject') ?? '')?.commonName;
  const of = (kind: 'dns' | 'uri' | 'email') =>
    leaf.names.flatMap((name) => (name.kind === kind ? [name.value] : []));
  const commonName =
    leaf.subject.rdns
      .flat()
      .filter((attribute) => attribute.oid === '2.5.4.3' && isText(attribute))
      .at(-1)?.value ?? '';
  const dns = (listed: readonly string[], common: string) =>
    new Set([...listed, ...(common === '' ? [] : [common])]);
  const ips = leaf.names.flatMap((name) => (name.kind === 'ip' ? [ipText(name.value)] : []));
  const wantedIps = wanted.ip.map((one) => {
    const bytes = parseIp(one);
    return bytes ? ipText(bytes) : one;
  });
  const same = (one: Iterable<string>, other: Iterable<string>) =>
    [...one].sort().join('\0') === [...other].sort().join('\0');
  return [
    ...(same(dns(of('dns'), commonName), dns(wanted.dns, literal ?? wanted.commonName))
      ? []
      : ['spec.dnsNames']),
    ...(same(ips, wantedIps) ? [] : ['spec.ipAddresses']),
    ...(same(of('uri'), wanted.uri) ? [] : ['spec.uris']),
    ...(same(of('email'), wanted.email) ? [] : ['spec.emailAddresses']),
  ];
}

/** Of four octets where sixteen stand for them, as Go compares. */
function ipText(bytes: Uint8Array): string {
  return formatIp(isMappedIpv4(bytes) ? bytes.subarray(12) : bytes);
}

function trustFindings({ files, place }: MeshSet, leaf: Certificate, at: Date) {
  const [crt, ca] = [files.get(CERTIFICATE), files.get(CA)];
  const roots = certificatesOf(ca);
  if (!ca || roots.length === 0)
    return [
      found('MESH_FILE_MISSING', place, 'there is no ca.crt, which says whom to trust', {
        severity: 'warning',
        mend: 'hand the root to those who check it in another way: mtls k8s trust-bundle',
      }),
    ];
  const result = verifyCertificate({
    leaf,
    anchors: roots.map(anchorOf),
    untrusted: certificatesOf(crt).slice(1),
    at,
    purpose: 'any',
  });
  const findings: MeshFinding[] = [];
  if (!result.ok) {
    const { code, message, clause } = result.fault;
    findings.push(
      found(code, crt?.place ?? place, message, {
        clause,
        evidence: roots.map((root) => ({
          source: ca.place,
          field: 'trusted',
          value: certificateTitle(root),
        })),
      }),
    );
  }
  const low = roots.find((root) => !isSelfSigned(root) && !bytesEqual(root.der, leaf.der));
  if (low)
    findings.push(
      found(
        'TRUST_WITHOUT_ROOT',
        ca.place,
        `${title(low)} is no root: nginx, HAProxy, openssl and Node trust nothing below it`,
        {
          severity: 'warning',
          mend: 'add the root at the end of tls.crt in the Secret of the issuer, and renew',
        },
      ),
    );
  return findings;
}

function renewalFindings(
  place: string,
  { notBefore, notAfter }: Certificate,
  spec: Mapping,
  at: Date,
): readonly MeshFinding[] {
  if (mappingAt(spec, 'renewal')['policy'] === 'Disabled') return [];
  const lifetime = BigInt(notAfter.getTime() - notBefore.getTime()) * MILLISECOND;
  const before = Number(renewalOf(spec, lifetime)) / Number(MILLISECOND);
  const renewal = new Date(Math.floor((notAfter.getTime() - before) / 1000) * 1000);
  if (renewal > at) return [];
  return [
    found('RENEWAL_OVERDUE', place, 'it was to be renewed by now, and was not', {
      severity: 'warning',
      evidence: [
        { field: 'renewal', value: formatTime(renewal) },
        { field: 'not after', value: formatTime(notAfter) },
      ],
      mend: 'see what keeps cert-manager from it: cmctl status certificate',
    }),
  ];
}

function title(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
