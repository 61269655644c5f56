// Makes seeds.json: one good input of every kind. Its keys are made for this and protect nothing.
// `node test/fuzz/make-seeds.js`
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bitString,
  explicit,
  implicitConstructed,
  integer,
  oid,
  octetString,
  sequence,
  setOf,
} from '../../src/asn1/writer.ts';
import { utf8String } from '../../src/asn1/string.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { pkcs8Of } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { encodeExtension } from '../../src/x509/extensions.ts';
import { crlOf } from '../support/crl.ts';
import { ca, leaf } from '../support/graph.ts';
import { PASSPHRASE } from './seeds.ts';

const root = await ca({ subject: 'CN=Root, O=Example' });
const issuing = await ca({
  subject: 'CN=Issuing, O=Example',
  by: root,
  extensions: {
    nameConstraints: {
      kind: 'nameConstraints',
      constraints: {
        permitted: [
          { kind: 'dns', value: 'example.org' },
          { kind: 'ip', address: Uint8Array.of(10, 0, 0, 0), mask: Uint8Array.of(255, 0, 0, 0) },
        ],
        excluded: [{ kind: 'email', value: 'example.com' }],
      },
    },
    certificatePolicies: {
      kind: 'certificatePolicies',
      policies: [{ oid: '1.2.3.4', qualifiers: [] }],
    },
    policyMappings: {
      kind: 'policyMappings',
      mappings: [{ issuerDomain: '1.2.3.4', subjectDomain: '1.2.3.5' }],
    },
  },
});
const end = await leaf({
  by: issuing,
  names: [
    { kind: 'dns', value: 'api.example.org' },
    { kind: 'ip', value: Uint8Array.of(10, 0, 0, 7) },
    { kind: 'email', value: 'ops@example.org' },
    { kind: 'uri', value: 'spiffe://example.org/api' },
  ],
  extensions: {
    crlDistributionPoints: {
      kind: 'crlDistributionPoints',
      points: [
        {
          name: { kind: 'fullName', names: [{ kind: 'uri', value: 'http://crl.example.org/' }] },
        },
      ],
    },
  },
});
const crl = await crlOf(issuing, [end]);
const pairs = keyPairs();
const requests = [await request(), ...opensslRequests()];
const chain = [root, issuing, end].map(({ certificate }) => certificate.der);
const texts = [
  ...chain.map((der) => pem('CERTIFICATE', der)),
  pem('X509 CRL', crl.der),
  ...requests.map((der) => pem('CERTIFICATE REQUEST', der)),
  ...pairs.flatMap(pemsOf),
];
const attributes = 'Bag Attributes\r\n    friendlyName: api\r\nsubject=CN = api\r\n\r\n';
const base64 = (all: readonly Uint8Array[]) =>
  all.map((bytes) => Buffer.from(bytes).toString('base64'));
writeFileSync(
  new URL('./seeds.json', import.meta.url),
  `${JSON.stringify(
    {
      chain: base64(chain),
      issuers: base64([root, issuing].map(({ key }) => pkcs8Of(key))),
      crls: base64([crl.der]),
      keys: base64(pairs.flatMap(encodingsOf)),
      requests: base64(requests),
      stores: base64(opensslStores()),
      texts: [...texts, attributes + texts.slice(0, 6).join('')],
    },
    null,
    2,
  )}\n`,
);

function keyPairs(): readonly KeyObject[] {
  return [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('x25519'),
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('rsa-pss', { modulusLength: 1024 }),
    generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
  ].map(({ privateKey }) => privateKey);
}

const ENCRYPTED = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE };

function encodingsOf(key: KeyObject): readonly Uint8Array[] {
  const found: Uint8Array[] = [key.export({ type: 'pkcs8', format: 'der' })];
  if (key.asymmetricKeyType === 'ec') found.push(key.export({ type: 'sec1', format: 'der' }));
  if (key.asymmetricKeyType === 'rsa') found.push(key.export({ type: 'pkcs1', format: 'der' }));
  if (key.asymmetricKeyType === 'ed25519')
    found.push(key.export({ type: 'pkcs8', format: 'der', ...ENCRYPTED }));
  return found.map((der) => Uint8Array.from(der));
}

function pemsOf(key: KeyObject): readonly string[] {
  const found = [String(key.export({ type: 'pkcs8', format: 'pem' }))];
  if (key.asymmetricKeyType === 'ec')
    found.push(
      String(key.export({ type: 'sec1', format: 'pem' })),
      // Traditional encryption costs one round of MD5.
      String(key.export({ type: 'sec1', format: 'pem', ...ENCRYPTED })),
    );
  return found;
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A request with every attribute that is read. */
async function request(): Promise<Uint8Array> {
  const signer = signerOf(generateKey('ec-p256'));
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value));
  const names = [{ kind: 'dns', value: 'api.example.org' } as const];
  const extensions = sequence(
    encodeExtension({ value: { kind: 'subjectAltName', names }, critical: false }),
    encodeExtension({ value: { kind: 'basicConstraints', ca: true }, critical: true }),
  );
  const info = sequence(
    integer(0),
    encodeDn(parseDn('CN=api, O=Example')),
    signer.publicKey.spki,
    implicitConstructed(
      0,
      attribute('1.2.840.113549.1.9.7', utf8String('open sesame')),
      attribute('1.2.840.113549.1.9.14', extensions),
      attribute('1.3.6.1.4.1.311.13.2.3', explicit(0, octetString(Uint8Array.of(1)))),
    ),
  );
  const signature = await Promise.resolve(signer.sign(info));
  return sequence(info, signer.algorithm.identifier, bitString(signature));
}

/** Key stores: open ones, in which every part can be bent, and closed ones of few rounds. */
function opensslStores(): readonly Uint8Array[] {
  // It is read twice, which no pipe can be
  const input = join(mkdtempSync(join(tmpdir(), 'mtls-seeds-')), 'all.pem');
  writeFileSync(input, [texts[1], texts[0], pem('PRIVATE KEY', pkcs8Of(issuing.key))].join(''));
  const kinds = [
    ['-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac'],
    ['-keypbe', 'AES-256-CBC', '-certpbe', 'NONE', '-nomac'],
    ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-nomac'],
    ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC'],
    ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-RC2-40', '-legacy', '-macalg', 'sha1'],
  ];
  const common = ['pkcs12', '-export', '-name', 'api', '-passout', `pass:${PASSPHRASE}`];
  return kinds.map((kind) => {
    const args = [...common, '-iter', '2', '-nomaciter', ...kind];
    return Uint8Array.from(execFileSync('openssl', [...args, '-in', input]));
  });
}

function opensslRequests(): readonly Uint8Array[] {
  const common = ['req', '-new', '-nodes', '-keyout', '-', '-outform', 'DER', '-subj', '/CN=api'];
  const more = ['-addext', 'subjectAltName=DNS:api.example.org,IP:10.0.0.7'];
  const kinds = [
    ['-newkey', 'rsa:2048'],
    ['-newkey', 'ed25519'],
  ];
  try {
    return kinds.map((kind) => {
      const out = execFileSync('openssl', [...common, ...more, ...kind, '-out', '/dev/stdout'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      // The key is written first, in PEM.
      const marker = '-----END PRIVATE KEY-----\n';
      return Uint8Array.from(out.subarray(out.indexOf(marker) + marker.length));
    });
  } catch {
    return [];
  }
}
