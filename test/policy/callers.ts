// Callers: some at random, and one for each corner in which programs read a certificate in their own way.
import { element } from '../../src/asn1/writer.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { dnOf, encodeDn, type DistinguishedName } from '../../src/name/dn.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { parseAttribute } from '../../src/x509/attribute.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { EXTENDED_KEY_USAGES, type ExtensionInput } from '../../src/x509/extensions.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import type { Pair } from '../support/pki.ts';
import type { SeededRandom } from '../support/random.ts';

export const OIDS = ['1.3.6.1.4.1.99999.1', '1.3.6.1.4.1.99999.200.2'] as const;
export const VALUES = [
  'utf8:finance',
  'utf8:ops',
  'hex:020105',
  'utf8:.*',
  'utf8:^fin.nce$',
  'utf8:finançe',
  'utf8:"x"\\,=',
] as const;
export const CNS = [
  'web',
  'Web, Shop+Co',
  'a "quoted\\" =name',
  '#hash',
  'ops;<x>',
  'web.prod.svc',
  'team/web',
  "it's=so",
  'CN=admin',
  'x\\2Cy',
  'w.b',
  'web)|(.+',
  '$1 {2}',
] as const;
export const DNS = [
  'web.prod.svc',
  'api.prod.svc',
  'a.web.prod.svc',
  'web.test.svc',
  'prod.svc',
  'xn--bcher-kva.prod.svc',
] as const;
export const SPIFFE = [
  'spiffe://example.org/ns/prod/sa/web',
  'spiffe://example.org/ns/prod/sa/api',
  'spiffe://example.org/ns/test/sa/web',
  'spiffe://example.org/ns/prod',
  'spiffe://other.org/ns/prod/sa/web',
  `spiffe://example.org/ns/prod/sa/${'long-'.repeat(30)}name`,
] as const;

export interface Caller {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  /** What is odd about it. */
  readonly corner?: string;
}

interface Said {
  readonly names?: readonly GeneralName[];
  readonly subject?: DistinguishedName;
  readonly attributes?: readonly string[];
}

const uri = (value: string): GeneralName => ({ kind: 'uri', value });
const dns = (value: string): GeneralName => ({ kind: 'dns', value });
const part = (keyword: string, value: string) => dnOf(keyword, value).rdns[0] ?? [];
const cn = (value: string): DistinguishedName => ({ rdns: [part('CN', value)] });
const named = (...names: readonly GeneralName[]): Said => ({ names });

/** A common name of two octets a letter. */
const wide = (text: string): DistinguishedName => {
  const octets = Buffer.from(text, 'utf16le').swap16();
  return { rdns: [[{ oid: '2.5.4.3', value: text, tag: 0x1e, der: element(0x1e, octets) }]] };
};

const WEB = 'spiffe://example.org/ns/prod/sa/web';

/** By what is odd about them; each is nearly what some rule means, or means it in an odd way. */
const CORNERS: Readonly<Record<string, readonly Said[]>> = {
  'no SAN': [{ subject: cn('web') }, {}],
  'several URIs': [
    named(uri('spiffe://other.org/x'), uri(WEB)),
    named(uri('https://example.org/'), uri(WEB)),
    named(uri(WEB), uri('spiffe://example.org/ns/test/sa/api')),
  ],
  'a URI that is no SPIFFE ID': [
    'SPIFFE://example.org/ns/prod/sa/web',
    `${WEB}#`,
    `${WEB}?`,
    `${WEB}/`,
    'spiffe://EXAMPLE.org/ns/prod/sa/web',
    'spiffe://example.org:443/ns/prod/sa/web',
    'spiffe://x@example.org/ns/prod/sa/web',
    'spiffe://example.org/ns/prod/sa/w%65b',
    'spiffe://example.org/ns/prod//sa/web',
    'spiffe://example.org/ns/prod/sa/.',
    'spiffe://example.org/ns/prod/../prod/sa/web',
    'https://example.org/ns/prod/sa/web',
  ].map((value) => named(uri(value))),
  'a segment more or less': [
    `${WEB}/extra`,
    'spiffe://example.org/ns/prod/sa',
    'spiffe://example.org/ns',
    'spiffe://example.org',
    'spiffe://example.org/ns/prod/x/sa/web',
  ].map((value) => named(uri(value))),
  'a name that begins or ends alike': [
    named(uri('spiffe://example.org.evil.net/ns/prod/sa/web')),
    named(uri('spiffe://notexample.org/ns/prod/sa/web')),
    named(uri(`${WEB}2`)),
    named(uri('spiffe://example.org/ns/prod2/sa/web')),
    named(uri('spiffe://example.org/ns/prod/sa/..web')),
    named(dns('notprod.svc')),
    named(dns('web.notprod.svc')),
    named(dns('web.prod.svc.evil.net')),
  ],
  'a DNS wildcard': [
    named(dns('*.prod.svc')),
    named(dns('*.web.prod.svc')),
    named(dns('*.prod.svc'), dns('api.prod.svc')),
  ],
  'a DNS name in another spelling': [
    named(dns('WEB.Prod.svc')),
    named(dns('web.prod.svc.')),
    named(dns('_web.prod.svc')),
    named(dns('web..prod.svc')),
    named(dns('.prod.svc')),
  ],
  'a name of another kind': [
    named({ kind: 'email', value: 'web.prod.svc@example.org' }),
    named({ kind: 'email', value: 'web@prod.svc' }),
    { subject: cn(WEB) },
    { subject: { rdns: [part('O', 'web'), part('CN', 'nobody')] } },
    { subject: { rdns: [part('O', 'x,CN=web'), part('C', 'DE')] } },
    { subject: { rdns: [part('O', 'x'), part('OU', 'x+CN=web')] } },
  ],
  'a common name with signs': CNS.map((text) => ({ subject: cn(text) })),
  'several common names': [
    { subject: { rdns: [part('CN', 'nobody'), part('CN', 'web')] } },
    { subject: { rdns: [part('CN', 'web'), part('CN', 'nobody')] } },
    { subject: { rdns: [[...part('OU', 'y\\'), ...part('CN', 'web')], part('C', 'DE')] } },
  ],
  'a common name that is nearly it': [
    ...['Web', 'web,O=x', 'web/CN=admin', 'wéb', 'webb', 'wwb', 'x,y', 'admin', 'hash'].map(
      (text) => ({ subject: cn(text) }),
    ),
    { subject: wide('Web, Shop+Co') },
    { subject: wide('web') },
  ],
  'an extension with signs': VALUES.map((value) => ({
    attributes: [`${OIDS[0]}=${value}`],
    names: [dns('web.prod.svc')],
  })),
  'an extension that is nearly it': [
    `${OIDS[0]}=utf8:financeX`,
    `${OIDS[0]}=utf8:Finance`,
    `${OIDS[0]}=hex:130766696e616e6365`,
    `${OIDS[0]}0=utf8:finance`,
    `${OIDS[0]}.1=utf8:finance`,
    `${OIDS[1]}=hex:02020005`,
  ].map((text) => ({ attributes: [text], names: [dns('web.prod.svc')] })),
  'several extensions': [
    {
      attributes: [`${OIDS[0]}=utf8:ops`, `${OIDS[1]}=utf8:finance`],
      names: [dns('api.prod.svc')],
    },
  ],
};

export const CALLER_CORNERS = Object.keys(CORNERS);

/** The corners, then some at random with the names that rules go by. */
export async function callers(random: SeededRandom, root: Pair, count: number): Promise<Caller[]> {
  const key = generateKey('ec-p256');
  const odd = Object.entries(CORNERS).flatMap(([corner, said]) =>
    said.map((one) => caller(root, key, one, corner)),
  );
  const some = Array.from({ length: count }, () => caller(root, key, anybody(random)));
  return Promise.all([...odd, ...some]);
}

/** Ones with one name alone, as a mesh makes them; the last are nearly one of the others. */
export const MESH_NAMES: Readonly<Record<'dns' | 'uri', readonly GeneralName[]>> = {
  dns: [...DNS, 'notprod.svc', 'web.notprod.svc', 'web.prod.svc.evil.net'].map(dns),
  uri: [
    ...SPIFFE.filter((id) => id.includes('/sa/')),
    `${WEB}2`,
    'spiffe://example.org/ns/prod2/sa/web',
    'spiffe://example.org.evil.net/ns/prod/sa/web',
    'spiffe://notexample.org/ns/prod/sa/web',
    'spiffe://cluster.local/ns/prod/sa/web',
  ].map(uri),
};

export function meshCallers(root: Pair, kind: 'dns' | 'uri'): Promise<Caller[]> {
  const key = generateKey('ec-p256');
  return Promise.all(MESH_NAMES[kind].map((name) => caller(root, key, { names: [name] })));
}

function anybody(random: SeededRandom): Said {
  const names = [
    ...(random.chance(0.6) ? [dns(random.pick(DNS))] : []),
    ...(random.chance(0.2) ? [dns(random.pick(DNS))] : []),
    ...(random.chance(0.6) ? [uri(random.pick(SPIFFE))] : []),
    ...(random.chance(0.1) ? [uri(random.pick(SPIFFE))] : []),
  ];
  const rdns = [
    ...(random.chance(0.3) ? [part('O', `x,CN=${random.pick(CNS)}`)] : []),
    ...(random.chance(0.8) ? [part('CN', random.pick(CNS))] : []),
    ...(random.chance(0.2) ? [part('CN', random.pick(CNS))] : []),
    part('C', 'DE'),
  ];
  const attributes = random.chance(0.5) ? [`${random.pick(OIDS)}=${random.pick(VALUES)}`] : [];
  return { names, subject: { rdns }, attributes };
}

async function caller(root: Pair, key: PrivateKey, said: Said, corner?: string): Promise<Caller> {
  const { names = [], subject = { rdns: [] }, attributes = [] } = said;
  const extensions: ExtensionInput[] = [
    { value: { kind: 'basicConstraints', ca: false }, critical: true },
    {
      value: { kind: 'extendedKeyUsage', purposes: [EXTENDED_KEY_USAGES.clientAuth] },
      critical: false,
    },
    ...(names.length > 0
      ? [{ value: { kind: 'subjectAltName', names }, critical: subject.rdns.length === 0 } as const]
      : []),
    ...attributes.map((text): ExtensionInput => {
      return { value: { kind: 'unknown', ...parseAttribute(text) }, critical: false };
    }),
  ];
  const der = await signCertificate(
    {
      serial: randomSerial(),
      issuer: root.certificate.subjectDer,
      notBefore: root.certificate.notBefore,
      notAfter: root.certificate.notAfter,
      subject: encodeDn(subject),
      spki: key.publicKey.spki,
      extensions,
    },
    signerOf(root.key),
  );
  return { certificate: parseCertificate(der), key, ...(corner !== undefined && { corner }) };
}
