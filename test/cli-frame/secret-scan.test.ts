// The scan that other tests rely on: every kind of leak is planted once, and must be found.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Scanner, secretOfPassphrase, secretsOfKey, secretsOfPem } from '../support/secrets.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const passphrase = `p "ä\\ %/${randomBytes(8).toString('hex')}é`;

const secrets = [
  ...secretsOfKey('ec', ec),
  ...secretsOfKey('ed', ed),
  ...secretsOfKey('rsa', rsa),
  secretOfPassphrase('passphrase', passphrase),
];
const scanner = new Scanner(secrets);
const octets = (name: string) => {
  const found = secrets.find((secret) => secret.name === name)?.octets;
  if (!found) throw new Error(name);
  return Buffer.from(found);
};
const scalar = octets('d of ec');
const pem = ec.export({ format: 'pem', type: 'pkcs8' }) as string;
const der = ec.export({ format: 'der', type: 'pkcs8' });
/** The line of the PEM that the scalar stands in. */
const line = pem.split('\n')[1] ?? '';

const leaks: readonly (readonly [string, string | Uint8Array])[] = [
  ['a scalar as it is', scalar],
  ['eight octets of it', Buffer.concat([randomBytes(5), scalar.subarray(11, 19), randomBytes(5)])],
  ['PKCS#8', der],
  ['SEC1', ec.export({ format: 'der', type: 'sec1' })],
  ['PEM', pem],
  ['PEM without line ends', pem.replaceAll('\n', ' ')],
  ['PEM in JSON', JSON.stringify({ key: pem })],
  ['PEM, escaped twice', JSON.stringify(JSON.stringify({ key: pem }))],
  ['PEM in a Secret', `  tls.key: ${Buffer.from(pem).toString('base64')}\n`],
  ['PEM in a Secret in JSON in base64', b64(JSON.stringify({ k: b64(pem) }))],
  ['PEM in UTF-16', Buffer.from(pem, 'utf16le')],
  ['a line of the PEM', `"${line}" is no whole marker line`],
  ['16 of its characters', `…${line.slice(-17, -1)}…`],
  ['hexadecimal', scalar.toString('hex')],
  ['hexadecimal with another digit in front', `a${scalar.toString('hex')}`],
  ['upper hexadecimal with colons', colons(scalar.toString('hex').toUpperCase())],
  ['hexadecimal over lines, as openssl prints it', colons(scalar.toString('hex'), ':\n    ')],
  ['an inspected buffer', `<Buffer ${colons(scalar.toString('hex'), ' ')}>`],
  ['JSON of a buffer', JSON.stringify({ data: scalar })],
  ['JSON of a Uint8Array', JSON.stringify(new Uint8Array(scalar))],
  ['a JWK', JSON.stringify(ec.export({ format: 'jwk' }))],
  ['a JWK of Ed25519', JSON.stringify(ed.export({ format: 'jwk' }))],
  ['Ed25519 in PEM', ed.export({ format: 'pem', type: 'pkcs8' })],
  ['decimal', BigInt(`0x${scalar.toString('hex')}`).toString()],
  ['the decimal of a prime', `p = ${BigInt(`0x${octets('p of rsa').toString('hex')}`)}n`],
  ['PKCS#1', rsa.export({ format: 'pem', type: 'pkcs1' })],
  ...[0, 1, 2].map((skip): [string, string] => [
    `base64 at alignment ${skip}`,
    Buffer.concat([randomBytes(skip), scalar, randomBytes(4)]).toString('base64'),
  ]),
  ['base64url', scalar.toString('base64url')],
  ['a passphrase', `--passphrase ${passphrase}`],
  ['a passphrase in JSON', JSON.stringify({ passphrase })],
  ['a passphrase in a URL', `https://x.test/?p=${encodeURIComponent(passphrase)}`],
  ['a passphrase in base64', b64(passphrase)],
  ['a passphrase in hexadecimal', Buffer.from(passphrase).toString('hex')],
  ['a passphrase in UTF-16', Buffer.from(passphrase, 'utf16le').swap16()],
  ['a passphrase in UTF-16, in base64', Buffer.from(passphrase, 'utf16le').toString('base64')],
];

function b64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function colons(hex: string, by = ':'): string {
  return hex.replace(/..(?!$)/g, `$&${by}`);
}

describe('a planted leak is found', () => {
  test.each(leaks)('%s', (_title, leak) => {
    expect(scanner.find(leak)).not.toEqual([]);
    const around = [randomBytes(50), Buffer.from('\nmtls: error: '), Buffer.from(leak)];
    expect(scanner.find(Buffer.concat([...around, Buffer.from(' [X]\n')]))).not.toEqual([]);
    // What can be undone in two other ways too must not use up the depth
    const decoy = Buffer.concat([Buffer.from('\0 \\q %41 \0'), ...around]);
    expect(scanner.find(decoy)).not.toEqual([]);
  });
});

test('what is public is none', () => {
  const others = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  for (const [key, publicKey] of [
    [ec, generatePublic(ec)],
    [rsa, generatePublic(rsa)],
    [ed, generatePublic(ed)],
  ] as const) {
    expect(key.type).toBe('private');
    expect(scanner.find(publicKey)).toEqual([]);
  }
  expect(scanner.find(others.export({ format: 'pem', type: 'pkcs8' }))).toEqual([]);
  expect(scanner.find(der.subarray(0, 30))).toEqual([]);
  expect(scanner.find(randomBytes(100_000))).toEqual([]);
});

function generatePublic(key: typeof ec): string {
  const { n, e, x, y } = key.export({ format: 'jwk' });
  return JSON.stringify({ n, e, x, y });
}

test('keys are found in files: open, under a passphrase, in a Secret', () => {
  const closed = ec.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase });
  const found = (content: string, ...passphrases: string[]) =>
    secretsOfPem('file', Buffer.from(content), passphrases).map(({ octets: one }) => one);
  expect(found(`text\n${pem}`)).toEqual([new Uint8Array(scalar)]);
  expect(found(closed.toString())).toEqual([]);
  expect(found(closed.toString(), 'wrong', passphrase)).toEqual([new Uint8Array(scalar)]);
  expect(found(`  tls.key: ${b64(pem)}`)).toEqual([new Uint8Array(scalar)]);
  expect(scanner.find(closed)).toEqual([]);
});
