// A folder with everything that commands work on, and the secrets in it.
import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import forge from 'node-forge';
import { secretOfPassphrase, secretsOfKey, type Secret } from '../../support/secrets.ts';

const program = fileURLToPath(new URL('../../../bin/mtls.js', import.meta.url));

/** By the name of their file in `in/`, without its ending. */
export type Passphrases = Readonly<Record<(typeof PASSPHRASES)[number], string>>;

export interface World {
  /** What a run works on: records hold whole paths, so that it always lies at the same place. */
  readonly folder: string;
  /** The same as it was made. */
  readonly pristine: string;
  readonly passphrases: Passphrases;
  readonly secrets: readonly Secret[];
}

const PASSPHRASES = ['ca', 'leaf', 'store', 'new', 'backup', 'wrong'] as const;

/** Fresh ones, with what JSON, URLs and shells write otherwise; node-forge takes ASCII alone. */
export function newPassphrases(): Passphrases {
  const made = PASSPHRASES.map((name) => [
    name,
    `p "${name === 'store' ? 'a' : 'ä'}\\ %$/${randomBytes(9).toString('hex')}'`,
  ]);
  return Object.fromEntries(made) as Passphrases;
}

/**
 * Fills a folder: `home` with the CAs "open" and "locked", `in` with keys, certificates,
 * passphrase files and broken files, `out`, `tmp` and `user`.
 */
export function makeWorld(place: string, passphrases: Passphrases): World {
  const folder = join(place, 'world');
  mkdirSync(folder);
  for (const one of ['in', 'in/broken', 'out', 'tmp', 'user'])
    mkdirSync(join(folder, one), { mode: 0o700 });
  const write = (name: string, content: string | Uint8Array, mode = 0o600): void => {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), mode);
  };
  for (const [name, passphrase] of Object.entries(passphrases))
    write(`in/${name}.pass`, `${passphrase}\n`);

  const mtls = (...args: string[]): void => {
    execFileSync(process.execPath, [program, ...args, '--home', 'home', '--quiet'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: join(folder, 'user') },
      stdio: 'pipe',
    });
  };
  mtls('ca', 'init', 'open', '--no-passphrase');
  mtls('ca', 'init', 'locked', '--no-passphrase', '--key-type', 'ed25519');
  mtls('issue', 'leaf.test', '--profile', 'peer', '--ca', 'open', '--out', 'in', '--name', 'leaf');
  mtls(
    'issue',
    'rsa.test',
    '--ca',
    'open',
    '--key-type',
    'rsa-2048',
    '--out',
    'in',
    '--name',
    'rsa',
  );
  mtls('csr', 'ask.test', '--out', 'in', '--name', 'ask');
  const asking = ['k8s', 'csr', 'create', 'ask', '--csr', 'in/ask.csr'];
  mtls(...asking, '--signer-name', 'example.test/a', '--file', 'ask.yaml');
  mtls('ca', 'backup', 'open', '--out', 'in/open.backup', '--passphrase-file', 'in/backup.pass');

  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const leaf = text('in/leaf.key');
  // Few rounds: what costs time here is not what is tested
  const encrypted = (pem: string, passphrase: string) =>
    createPrivateKey(pem).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase,
    });
  const locked = text('home/ca/locked/ca.key');
  write('home/ca/locked/ca.key', encrypted(locked, passphrases.ca));
  write('in/leaf-enc.key', encrypted(leaf, passphrases.leaf));
  write(
    'in/old-enc.key',
    createPrivateKey(text('in/rsa.key')).export({
      type: 'pkcs1',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: passphrases.leaf,
    }),
  );
  write('in/store.p12', keyStore(text('in/rsa.key'), text('in/rsa.crt'), passphrases.store));
  const manifest = (key: string): string =>
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: leaf\ntype: kubernetes.io/tls\ndata:\n' +
    `  tls.crt: ${b64(text('in/leaf.crt'))}\n  tls.key: ${key}\n`;
  write('in/secret.yaml', manifest(b64(leaf)));

  // What became of keys and passphrases in other people's hands
  const other = generateKeyPairSync('ed25519').privateKey;
  const pem = other.export({ type: 'pkcs8', format: 'pem' }) as string;
  const [, line = ''] = leaf.split('\n');
  const store = readFileSync(join(folder, 'in/store.p12'));
  const ca = passphrases.ca;
  const broken: Readonly<Record<string, string | Uint8Array>> = {
    'joined.key': leaf.replace(/KEY-----\n/, 'KEY '),
    'cut.key': leaf.slice(0, -60),
    'bent.key': Buffer.from(bent(leaf)),
    'odd.key': leaf.replace(line.slice(40, 42), '!?'),
    'half.p12': store.subarray(0, store.length - 200),
    'bent.p12': Buffer.concat([store.subarray(0, 300), Buffer.from([7]), store.subarray(301)]),
    'plain.yaml': manifest(JSON.stringify(leaf)),
    'half.yaml': manifest(b64(leaf).slice(0, -7)),
    'twice.yaml': `${manifest(b64(leaf))}  tls.key: ${b64(pem)}\n`,
    'loose.yaml': `a: b\nkey: |\n    x\n ${line}\npassword: ${ca}\n password: ${ca}\n`,
    'cut.json': JSON.stringify({ kind: 'Secret', data: { 'tls.key': b64(pem) } }).slice(0, -5),
    'config.json': JSON.stringify({ password: ca, key: pem }),
    'config.cnf': `[req]\ninput_password = ${ca}\noutput_password = ${ca}\nkey = ${line}\n`,
    'mislabelled.crt': pem.replaceAll('PRIVATE KEY', 'CERTIFICATE'),
    'label.pem': pem.replace(/PRIVATE KEY-----\n/, ''),
    'hex.txt': other.export({ type: 'pkcs8', format: 'der' }).toString('hex'),
    'jwk.json': JSON.stringify(other.export({ format: 'jwk' })),
    'pass.pem': `-----BEGIN ${ca}\n`,
  };
  for (const [name, content] of Object.entries(broken)) write(`in/broken/${name}`, content);

  const keyAt = (name: string): KeyObject => createPrivateKey(text(name));
  const secrets = [
    ...secretsOfKey('CA open', keyAt('home/ca/open/ca.key')),
    ...secretsOfKey('CA locked', createPrivateKey(locked)),
    ...secretsOfKey('in/leaf.key', keyAt('in/leaf.key')),
    ...secretsOfKey('in/rsa.key', keyAt('in/rsa.key')),
    ...secretsOfKey('in/ask.key', keyAt('in/ask.key')),
    ...secretsOfKey('in/broken', other),
    ...Object.entries(passphrases).map(([name, passphrase]) =>
      secretOfPassphrase(`passphrase ${name}`, passphrase),
    ),
  ];
  const pristine = join(place, 'pristine');
  cpSync(folder, pristine, { recursive: true });
  return { folder, pristine, passphrases, secrets };
}

function b64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** One octet of the scalar changed: the public key beside it is another's. */
function bent(pem: string): string {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  der[40] = (der[40] as number) ^ 1;
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function keyStore(key: string, certificate: string, passphrase: string): Uint8Array {
  const store = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(key),
    [forge.pki.certificateFromPem(certificate)],
    passphrase,
    { algorithm: '3des' },
  );
  return Buffer.from(forge.asn1.toDer(store).getBytes(), 'latin1');
}

/** Every file below a folder, by its path in it, with its mode. */
export function filesBelow(folder: string): ReadonlyMap<string, number> {
  const files = new Map<string, number>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(folder.length + 1), statSync(path).mode & 0o777);
  }
  return files;
}
