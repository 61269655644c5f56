// The CA of Consul's mesh, as its configuration hands it over: by the rules of the provider "consul",
// which signs leaves itself, a CA for every other datacenter, and at last its own successor.
import { quoteForeign } from '../../base/text.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { RSA_ENCRYPTION } from '../../crypto/public-key.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Document } from '../document.ts';
import { consulTrustDomain } from '../../manifest/consul.ts';
import { lifetimeFindings } from './consul-lifetimes.ts';
import { certificatesOf, found, troublesOf, type MeshFinding, type MeshSet } from './mesh-set.ts';
import { signingCaFindings } from './signing-ca.ts';

/** Services ask for new certificates every few days; a change of CAs is no matter of hours. */
const WARN_DAYS = 60;

export interface ConnectCaCheck {
  readonly at: Date;
  readonly trustDomain?: string | undefined;
  readonly payload: unknown;
}

/** Whether it is a body for `PUT /v1/connect/ca/configuration`. */
export function isConnectCa({ files }: MeshSet): boolean {
  return [...files.keys()].some((name) => /(?:^|\.)(?:RootCert|PrivateKey)$/i.test(name));
}

export function connectCaFindings(
  { files, place }: MeshSet,
  { at, trustDomain, payload }: ConnectCaCheck,
): readonly MeshFinding[] {
  const held = (field: string) =>
    [...files].find(([name]) => name.toLowerCase().replace(/^.*\./, '') === field)?.[1];
  const certificate = held('rootcert');
  const key = held('privatekey');
  const lifetimes = lifetimeFindings(payload, place);
  if (!key)
    return [
      found(
        'MESH_FILE_MISSING',
        place,
        'there is no PrivateKey: Consul says "must provide a private key when providing a root cert"',
        REMEDY,
      ),
      ...lifetimes,
    ];
  if (!certificate)
    return [
      ...troublesOf(key),
      found(
        'MESH_FILE_MISSING',
        place,
        'there is no RootCert: Consul makes a root of its own with this key',
        { severity: 'warning', ...REMEDY },
      ),
      ...lifetimes,
    ];
  const [first, ...more] = certificatesOf(certificate);
  const signing = signingCaFindings({
    certificate,
    key,
    roots: first ? [first] : [],
    through: [],
    rootsPlace: certificate.place,
    at,
    warnDays: WARN_DAYS,
  });
  return [
    ...signing,
    ...(first ? roleFindings(first, certificate, trustDomain) : []),
    ...(more.length > 0 ? [beside(certificate)] : []),
    ...lifetimes,
  ];
}

const REMEDY = {
  mend: 'write the configuration anew',
  commands: [['mtls', 'mesh', 'consul', 'connect-ca']],
} as const;

/** Consul hands all of RootCert to proxies as what to trust. */
function beside({ place }: Document): MeshFinding {
  return found(
    'ROOT_IN_CHAIN',
    place,
    'more stands behind the CA: Consul signs with the first, and proxies trust whatever is below any of them',
    { severity: 'warning', mend: 'leave the CA alone in it', commands: REMEDY.commands },
  );
}

function roleFindings(
  ca: Certificate,
  { place }: Document,
  trustDomain: string | undefined,
): readonly MeshFinding[] {
  return [
    ...uriFindings(ca, place, trustDomain),
    ...typeFindings(ca, place),
    ...lengthFindings(ca, place),
  ];
}

function uriFindings(
  ca: Certificate,
  place: string,
  trustDomain: string | undefined,
): readonly MeshFinding[] {
  const uris = ca.names.flatMap((name) => (name.kind === 'uri' ? name.value : []));
  const [uri] = uris;
  const shown = uris.map((one) => quoteForeign(one)).join(', ') || 'no URI';
  const said = (cause: string) => [
    found('BAD_SPIFFE_ID', place, `${titleOf(ca)} ${cause}`, {
      evidence: [{ field: 'URI', value: uris.join(', ') }],
      ...REMEDY,
    }),
  ];
  if (uri === undefined || uris.length > 1)
    return said(`names ${shown}: Consul asks for one, spiffe://CLUSTER-ID.consul`);
  const domain = /^spiffe:\/\/([^/?#]+)$/.exec(uri)?.[1];
  if (domain === undefined || consulTrustDomain(domain) !== domain)
    return said(`names ${shown}, and not a cluster: spiffe://CLUSTER-ID.consul, without a path`);
  if (trustDomain !== undefined && domain !== trustDomain)
    return said(`is of another cluster: it names ${shown}, and not spiffe://${trustDomain}`);
  return [];
}

const CURVES: ReadonlySet<string | undefined> = new Set(['P-224', 'P-256', 'P-384', 'P-521']);

/** The kinds of keys that Consul signs with, as Go reads them. */
function family(key: PublicKey): 'ec' | 'rsa' | undefined {
  if (key.kind === 'ec') return CURVES.has(key.curve) ? 'ec' : undefined;
  return key.kind === 'rsa' && key.algorithmOid === RSA_ENCRYPTION ? 'rsa' : undefined;
}

/**
 * When another CA takes over, this one signs it across, with the algorithm of its own certificate's
 * signature (`CrossSignCA`): that is its issuer's, and its key must be of that kind.
 */
function typeFindings(ca: Certificate, place: string): readonly MeshFinding[] {
  const { publicKey, signatureAlgorithm, signatureOid } = ca;
  const own = family(publicKey);
  if (own === undefined)
    return [
      found(
        'MESH_KEY_TYPE',
        place,
        `Consul signs with ECDSA and RSA, and not with ${describeKey(publicKey)}`,
      ),
    ];
  const name = signatureAlgorithm?.name ?? signatureOid;
  const issuer = name.startsWith('ecdsa-') ? 'ec' : name.startsWith('rsa-') ? 'rsa' : undefined;
  if (issuer === own) return [];
  return [
    found(
      'MESH_KEY_TYPE',
      place,
      `the key of ${titleOf(ca)} is ${describeKey(publicKey)}, and its issuer’s of another kind: Consul will fail to sign the CA that takes over from it`,
      {
        severity: 'warning',
        evidence: [{ field: 'signature', value: name }],
        mend: 'make the CA anew below one whose key is of the same kind',
        commands: REMEDY.commands,
      },
    ),
  ];
}

/** Below it: CAs of other datacenters; and while another takes over, that one, and those below it. */
function lengthFindings(ca: Certificate, place: string): readonly MeshFinding[] {
  const allowed = ca.basicConstraints?.pathLength;
  if (allowed === undefined || allowed >= 2) return [];
  return [
    found(
      'PATH_LENGTH_EXCEEDED',
      place,
      allowed === 0
        ? `${titleOf(ca)} allows no CA below it: other datacenters get none, and no other CA can take over from it`
        : `${titleOf(ca)} allows 1 CA below it: when another takes over, the certificates of other datacenters are refused`,
      {
        severity: 'warning',
        clause: 'RFC 5280 §4.2.1.9',
        mend: 'make the CA anew with room for two',
        commands: REMEDY.commands,
      },
    ),
  ];
}

function titleOf(certificate: Certificate): string {
  return quoteForeign(certificateTitle(certificate));
}
