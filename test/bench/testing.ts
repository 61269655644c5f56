// What a certificate costs a test: key, signature and PEM texts, beside the packages that tests use
// today, all in one run. Measures take turns in short rounds: the median of the rounds' ratios counts.
import { createRequire } from 'node:module';
import { webcrypto } from 'node:crypto';
import { createTestPki } from '../../src/testing/pki.ts';

// Loaded as they are published, for a bundle would be another program
const load = createRequire(import.meta.url);
const forge = load('node-forge') as typeof import('node-forge');
const mkcert = load('mkcert') as typeof import('mkcert');
const selfsigned = load('selfsigned') as typeof import('selfsigned');
load('reflect-metadata');
const x509 = load('@peculiar/x509') as typeof import('@peculiar/x509');

const short = process.argv.includes('--short');
const ROUNDS = short ? 9 : 41;
const WARM_UP = short ? 3 : 8;
const HOSTS = ['localhost', '127.0.0.1'] as const;
const [HOST, ADDRESS] = HOSTS;

interface Made {
  readonly key: string;
  readonly cert: string;
}

interface Measure {
  readonly name: string;
  readonly keys: 'P-256' | 'RSA-2048';
  /** How often in a round: what takes a tenth of a second is done once. */
  readonly times: number;
  readonly run: () => Made | Promise<Made>;
}

function checked(made: Made | undefined): void {
  const { key = '', cert = '' } = made ?? {};
  if (!key.startsWith('-----BEGIN ') || !cert.startsWith('-----BEGIN CERTIFICATE-----'))
    throw new Error('no key and certificate came of it');
}

const pki = createTestPki();
const rsaPki = createTestPki({ keyType: 'rsa-2048' });
const LEAF = { names: HOSTS, profile: 'server' } as const;

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const peculiarCa = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);

async function peculiar(): Promise<Made> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: `CN=${HOST}`,
      issuer: 'CN=test root',
      notBefore: new Date(now - 300_000),
      notAfter: new Date(now + 86_400_000),
      publicKey: keys.publicKey,
      signingKey: peculiarCa.privateKey,
      signingAlgorithm: EC,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: HOST },
          { type: 'ip', value: ADDRESS },
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(peculiarCa.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: x509.PemConverter.encode(key, 'PRIVATE KEY'), cert: certificate.toString('pem') };
}

const ATTRIBUTES = [{ name: 'commonName', value: HOST }];

async function ofSelfsigned(keyType?: 'ec'): Promise<Made> {
  const made = await selfsigned.generate(ATTRIBUTES, {
    algorithm: 'sha256',
    ...(keyType && { keyType }),
  });
  return { key: made.private, cert: made.cert };
}

const forgeCa = forge.pki.rsa.generateKeyPair(2048);

function ofForge(): Made {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(16))}`;
  certificate.validity.notBefore = new Date(Date.now() - 300_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject(ATTRIBUTES);
  certificate.setIssuer([{ name: 'commonName', value: 'test root' }]);
  certificate.setExtensions([
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: HOST },
        { type: 7, ip: ADDRESS },
      ],
    },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(forgeCa.privateKey, forge.md.sha256.create());
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    cert: forge.pki.certificateToPem(certificate),
  };
}

const mkcertCa = await mkcert.createCA({
  organization: 'test root',
  countryCode: 'NP',
  state: 'Bagmati',
  locality: 'Kathmandu',
  validity: 1,
});

function ofMkcert(): Promise<Made> {
  return mkcert.createCert({ domains: [...HOSTS], validity: 1, ca: mkcertCa });
}

const OURS = 'ours: pki.issue()';
const OURS_RSA = 'ours: pki.issue(), RSA';
const WHOLE = 'createTestPki(): root, server and client';

const MEASURES: readonly Measure[] = [
  { name: OURS, keys: 'P-256', times: 100, run: () => pki.issue(LEAF) },
  { name: WHOLE, keys: 'P-256', times: 20, run: () => createTestPki().server },
  { name: '@peculiar/x509 over WebCrypto', keys: 'P-256', times: 10, run: peculiar },
  { name: 'selfsigned, keyType ec', keys: 'P-256', times: 10, run: () => ofSelfsigned('ec') },
  { name: OURS_RSA, keys: 'RSA-2048', times: 1, run: () => rsaPki.issue(LEAF) },
  { name: 'selfsigned, as it is', keys: 'RSA-2048', times: 1, run: () => ofSelfsigned() },
  { name: 'node-forge', keys: 'RSA-2048', times: 1, run: ofForge },
  { name: 'mkcert', keys: 'RSA-2048', times: 1, run: ofMkcert },
];
const OTHERS = MEASURES.filter(({ name }) => ![OURS, OURS_RSA, WHOLE].includes(name));

/** Milliseconds of one certificate. */
async function timed({ times, run }: Measure): Promise<number> {
  let made: Made | undefined;
  const start = performance.now();
  for (let i = 0; i < times; i++) made = await run();
  const took = performance.now() - start;
  checked(made);
  return took / times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const taken = new Map(MEASURES.map(({ name }) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS + WARM_UP; round++)
  for (const measure of MEASURES) {
    const took = await timed(measure);
    if (round >= WARM_UP) taken.get(measure.name)?.push(took);
  }

const timesOf = (name: string) => taken.get(name) ?? [];
const { node, openssl } = process.versions;
const packages = ['@peculiar/x509', 'selfsigned', 'node-forge', 'mkcert'].map(
  (name) => `${name} ${(load(`${name}/package.json`) as { version: string }).version}`,
);
console.log(
  `\ntest certificates, key and all, medians of ${ROUNDS} rounds: node ${node}, OpenSSL ${openssl}`,
);
console.log(packages.join(', '));
for (const { name, keys } of MEASURES) {
  const figure = `${median(timesOf(name)).toFixed(3).padStart(9)} ms`;
  const times = OTHERS.some((other) => other.name === name) ? timesOf(name) : [];
  const ratio = median(times.map((value, i) => value / (timesOf(OURS)[i] ?? NaN)));
  const factor = times.length > 0 ? `${ratio.toFixed(1).padStart(8)} × ours` : '';
  console.log([name.padEnd(44), keys.padEnd(8), figure, factor].join('  ').trimEnd());
}

const [fastest] = OTHERS.toSorted((a, b) => median(timesOf(a.name)) - median(timesOf(b.name))) as [
  Measure,
];
const factor = median(timesOf(fastest.name).map((value, i) => value / (timesOf(OURS)[i] ?? NaN)));
const whole = median(timesOf(WHOLE));
const LIMITS = [
  {
    name: `a certificate, to the fastest: ${fastest.name}`,
    figure: `${factor.toFixed(1)} ×`,
    limit: 'at least 10 ×',
    fine: factor >= 10,
  },
  {
    name: WHOLE,
    figure: `${whole.toFixed(2)} ms`,
    limit: 'at most 5 ms',
    fine: whole <= 5,
  },
];
for (const { name, figure, limit, fine } of LIMITS)
  console.log([name.padEnd(60), figure.padStart(9), limit, fine ? 'PASS' : 'over'].join('  '));
// A figure over its limit is a finding, not a failure, unless a script asks for one.
if (process.argv.includes('--check') && !LIMITS.every(({ fine }) => fine)) process.exitCode = 1;
