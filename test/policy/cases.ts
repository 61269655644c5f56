// Generated policies, callers and requests: the same ones with the same seed.
import { generateKey } from '../../src/crypto/generate.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import { randomSerial } from '../../src/crypto/random.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { dnOf, encodeDn, type DistinguishedName } from '../../src/name/dn.ts';
import { parseAttribute } from '../../src/x509/attribute.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import { EXTENDED_KEY_USAGES, type ExtensionInput } from '../../src/x509/extensions.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import type { Pair } from '../support/pki.ts';
import { SeededRandom } from '../support/random.ts';

/** Which names a policy goes by: what a program can hold. */
export type Language = 'all' | 'cn' | 'istio' | 'linkerd' | 'san';

const OIDS = ['1.3.6.1.4.1.99999.1', '1.3.6.1.4.1.99999.200.2'];
const VALUES = ['utf8:finance', 'utf8:ops', 'hex:020105'];
const CNS = ['web', 'Web, Shop+Co', 'a "quoted\\" =name', '#hash', 'ops;<x>', 'web.prod.svc'];
const DNS = ['web.prod.svc', 'api.prod.svc', 'a.web.prod.svc', 'web.test.svc', 'prod.svc'];
const SPIFFE = [
  'spiffe://example.org/ns/prod/sa/web',
  'spiffe://example.org/ns/prod/sa/api',
  'spiffe://example.org/ns/test/sa/web',
  'spiffe://example.org/ns/prod',
  'spiffe://other.org/ns/prod/sa/web',
  `spiffe://example.org/ns/prod/sa/${'long-'.repeat(30)}name`,
];

const DNS_PATTERNS = [...DNS, '*.prod.svc', '**.prod.svc', '*.web.prod.svc', 'WEB.prod.svc'];
const SPIFFE_PATTERNS = [
  ...SPIFFE,
  'spiffe://example.org/ns/*/sa/web',
  'spiffe://example.org/ns/prod/sa/*',
  'spiffe://example.org/ns/prod/**',
  'spiffe://example.org/**',
];
const PATHS = ['/', '/orders', '/orders/', '/orders/7', '/reports/2026.json', '/a', '/a/b/c'];
const PATH_PATTERNS = [...PATHS, '/*', '/orders/*', '/a/*', '/a/b/*', '*/health', '*.json', '*7'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Paths that a request may have: those of rules, near them, and some that nobody should take. */
const ASKED = [
  ...PATHS,
  '/orders/7?full=1',
  '/orders?x=/../',
  '/orders/health',
  '/health',
  '/Orders',
  '/orders/a%20b',
  '/orders/%C3%A9',
  '/reports/x.json',
  '/a/b',
  '/a/b/c/d.json',
];
const ABNORMAL = [
  '/orders/../a',
  '/orders//7',
  '/orders/.',
  '/orders/%2e%2e/a',
  '/orders/%2F7',
  '/%6frders',
  '/orders;x=1',
  '/orders\\7',
  '/orders/%C0%AF',
];

const named = (random: SeededRandom, subject: string, choices: readonly string[]) =>
  `${subject}: ${JSON.stringify(random.pick(choices))}`;

function subject(random: SeededRandom, language: Language): string {
  if (random.chance(0.1)) return 'any: true';
  const extension = `extension: "${random.pick(OIDS)}=${random.pick(VALUES)}"`;
  switch (language) {
    case 'cn':
      return named(random, 'cn', CNS);
    case 'istio':
      return named(
        random,
        'spiffe',
        SPIFFE_PATTERNS.filter((text) => !text.includes('*/sa')),
      );
    case 'linkerd':
      return named(random, 'dns', [...DNS, '**.prod.svc', '**.svc']);
    case 'san':
      return [
        named(random, 'dns', DNS_PATTERNS),
        named(random, 'spiffe', SPIFFE_PATTERNS),
        `${named(random, 'dns', DNS_PATTERNS)}, ${named(random, 'spiffe', SPIFFE_PATTERNS)}`,
      ][random.below(3)] as string;
    case 'all':
      return [
        named(random, 'cn', CNS),
        named(random, 'dns', DNS_PATTERNS),
        named(random, 'spiffe', SPIFFE_PATTERNS),
        extension,
        `${named(random, 'dns', DNS_PATTERNS)}, ${extension}`,
      ][random.below(5)] as string;
  }
}

const several = <Item>(random: SeededRandom, most: number, make: () => Item): Item[] =>
  Array.from({ length: 1 + random.below(most) }, make);

/** The YAML of a policy. */
export function policyText(random: SeededRandom, language: Language): string {
  const onlyAllows = language === 'linkerd';
  const paths = onlyAllows ? PATHS.slice(1).concat('/*') : PATH_PATTERNS;
  const rules = several(random, 5, () => {
    const who = several(random, 3, () => `{${subject(random, language)}}`);
    const what = several(random, 2, () => {
      const methods = random.chance(0.6)
        ? `methods: [${several(random, 3, () => random.pick(METHODS)).join(', ')}], `
        : '';
      const list = several(random, 4, () => JSON.stringify(random.pick(paths)));
      return `{${methods}paths: [${list.join(', ')}]}`;
    });
    const effect = !onlyAllows && random.chance(0.25) ? 'deny' : 'allow';
    return `effect: ${effect}, who: [${who.join(', ')}], what: [${what.join(', ')}]`;
  });
  return `version: 1\nrules:\n${rules.map((rule, at) => `  - {name: rule-${at + 1}, ${rule}}\n`).join('')}`;
}

export interface AskedCase {
  readonly policy: number;
  readonly caller: number;
  readonly method: string;
  readonly path: string;
}

/** Requests of callers, one in six on a path that is not in normal form unless told otherwise. */
export function casesOf(
  random: SeededRandom,
  counts: { readonly cases: number; readonly policies: number; readonly callers: number },
  abnormal = 1 / 6,
): readonly AskedCase[] {
  return Array.from({ length: counts.cases }, () => ({
    policy: random.below(counts.policies),
    caller: random.below(counts.callers),
    method: random.pick(METHODS),
    path: random.chance(abnormal) ? random.pick(ABNORMAL) : random.pick(ASKED),
  }));
}

export interface Caller {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/** Callers of a CA: with the names that rules go by, several of them, and names like them. */
export async function callers(random: SeededRandom, root: Pair, count: number): Promise<Caller[]> {
  const key = generateKey('ec-p256');
  const odd: readonly (readonly GeneralName[])[] = [
    [{ kind: 'uri', value: 'SPIFFE://example.org/ns/prod/sa/web' }],
    [{ kind: 'uri', value: 'spiffe://example.org/ns/prod/sa/web#' }],
    [{ kind: 'dns', value: '*.prod.svc' }],
    [{ kind: 'dns', value: 'WEB.Prod.svc' }],
    [{ kind: 'uri', value: 'https://example.org/ns/prod/sa/web' }],
    [{ kind: 'email', value: 'web.prod.svc@example.org' }],
  ];
  const made: Caller[] = [];
  for (let at = 0; at < count; at++) {
    const names: readonly GeneralName[] = odd[at] ?? [
      ...(random.chance(0.6) ? [{ kind: 'dns' as const, value: random.pick(DNS) }] : []),
      ...(random.chance(0.2) ? [{ kind: 'dns' as const, value: random.pick(DNS) }] : []),
      ...(random.chance(0.6) ? [{ kind: 'uri' as const, value: random.pick(SPIFFE) }] : []),
      ...(random.chance(0.1) ? [{ kind: 'uri' as const, value: random.pick(SPIFFE) }] : []),
    ];
    made.push(
      await caller(root, key, names, subjectOf(random), random.chance(0.5) ? random : undefined),
    );
  }
  return made;
}

/** One with these names alone, as a mesh makes them. */
export function meshCaller(root: Pair, name: GeneralName): Promise<Caller> {
  return caller(root, generateKey('ec-p256'), [name], { rdns: [] }, undefined);
}

export const MESH_NAMES: Readonly<Record<'dns' | 'uri', readonly GeneralName[]>> = {
  dns: DNS.map((value) => ({ kind: 'dns', value })),
  uri: SPIFFE.map((value) => ({ kind: 'uri', value })),
};

// Other attributes hold what looks like a common name, and some subjects have two
function subjectOf(random: SeededRandom): DistinguishedName {
  const part = (keyword: string, value: string) => dnOf(keyword, value).rdns[0] ?? [];
  const cn = () => part('CN', random.pick(CNS));
  const decoy = part('O', `x,CN=${random.pick(CNS)}`);
  const rdns = [
    ...(random.chance(0.3) ? [decoy] : []),
    ...(random.chance(0.8) ? [random.chance(0.2) ? [...cn(), ...part('OU', 'y\\')] : cn()] : []),
    ...(random.chance(0.2) ? [cn()] : []),
    part('C', 'DE'),
  ];
  return { rdns };
}

async function caller(
  root: Pair,
  key: PrivateKey,
  names: readonly GeneralName[],
  subject: DistinguishedName,
  random: SeededRandom | undefined,
): Promise<Caller> {
  const signer = signerOf(root.key);
  const attribute = random && parseAttribute(`${random.pick(OIDS)}=${random.pick(VALUES)}`);
  const extensions: ExtensionInput[] = [
    { value: { kind: 'basicConstraints', ca: false }, critical: true },
    {
      value: { kind: 'extendedKeyUsage', purposes: [EXTENDED_KEY_USAGES.clientAuth] },
      critical: false,
    },
    ...(names.length > 0
      ? [{ value: { kind: 'subjectAltName', names }, critical: subject.rdns.length === 0 } as const]
      : []),
    ...(attribute ? [{ value: { kind: 'unknown', ...attribute }, critical: false } as const] : []),
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
    signer,
  );
  return { certificate: parseCertificate(der), key };
}
