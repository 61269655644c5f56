// CAs that openssl ca, easy-rsa, mkcert and cfssl made, and one as step lays it out, go on here:
// they issue, what was revoked there stays revoked, and openssl agrees.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mtls, mtlsOk } from '../support/program.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const places = [
  // A package of the same name, which is another program, lies in node_modules
  ...(process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules')),
  '/usr/share/easy-rsa',
];

function peer(program: string): string | undefined {
  const found = places
    .map((place) => join(place, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined && required)
    throw new Error(`${program} is not installed, and peers are required`);
  return found;
}

const openssl = peer('openssl');
const easyrsa = peer('easyrsa');
const mkcert = peer('mkcert');
const cfssl = peer('cfssl');
const cfssljson = peer('cfssljson');

const root = mkdtempSync(join(tmpdir(), 'mtls-import-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

interface Workshop {
  readonly cwd: string;
  readonly run: (
    program: string | undefined,
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ) => string;
  /** Exit status and all that was said. */
  readonly ask: (
    program: string | undefined,
    args: readonly string[],
  ) => { readonly status: number | null; readonly said: string };
}

function workshop(name: string): Workshop {
  const cwd = join(root, name);
  mkdirSync(cwd);
  const ask = (
    program: string | undefined,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ) => {
    const { status, stdout, stderr, error } = spawnSync(program ?? '', args, {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    });
    if (error) throw error;
    return { status, stdout, said: stdout + stderr };
  };
  return {
    cwd,
    ask,
    run(program, args, env) {
      const { status, stdout, said } = ask(program, args, env);
      if (status !== 0) throw new Error(`${String(program)} ${args.join(' ')}: ${said}`);
      return stdout;
    },
  };
}

interface Listed {
  readonly serial: string;
  readonly status: string;
  readonly names: readonly string[];
}

function listed(cwd: string): readonly Listed[] {
  return (JSON.parse(mtlsOk(['list', '--json'], { cwd })) as { certificates: Listed[] })
    .certificates;
}

/** What openssl makes of a certificate under a fresh CRL of the imported CA. */
function judged(shop: Workshop, name: string, anchors: string, certificate: string): string {
  mtlsOk(['ca', 'crl', name, '--out', 'now.crl'], { cwd: shop.cwd });
  const args = ['verify', '-crl_check', '-CAfile', anchors, '-CRLfile', 'now.crl', certificate];
  const { status, said } = shop.ask(openssl, args);
  if (status === 0) return 'ok';
  return /error \d+ at \d+ depth lookup: (.*)/.exec(said)?.[1] ?? said;
}

interface Before {
  readonly name: string;
  readonly anchors: string;
  /** A certificate that the other program issued, and did not revoke. */
  readonly old: string;
  /** The last CRL of the other program, where that numbers them. */
  readonly crl?: string;
  /** Options that open the key. */
  readonly pass?: readonly string[];
  /** CAs between the certificates and the anchors. */
  readonly untrusted?: string;
  /** False where the CA says of itself that it signs no CRLs, and openssl takes none. */
  readonly signsCrls?: boolean;
}

/**
 * It issues, openssl believes it, it revokes, and openssl knows; what the other program issued
 * stays as it was, the CRL's number goes on, and the audit finds nothing.
 */
function goesOn(shop: Workshop, before: Before): void {
  const { cwd, run, ask } = shop;
  const { name, anchors, old, crl, pass = [], untrusted, signsCrls = true } = before;
  const issue = (host: string) => {
    mtlsOk(['issue', host, '--ca', name, '--out', 'issued', ...pass], { cwd });
    return `issued/${host}.crt`;
  };
  const [stays, goes] = [issue('stays.example'), issue('goes.example')];
  mtlsOk(['revoke', goes, '--ca', name, ...pass], { cwd });
  mtlsOk(['ca', 'crl', name, '--out', 'after.crl', ...pass], { cwd });
  const text = run(openssl, ['crl', '-in', 'after.crl', '-noout', '-text']);
  expect(text).toContain(
    listed(cwd)
      .find(({ names }) => names.includes('DNS:goes.example'))
      ?.serial.toUpperCase(),
  );
  if (crl !== undefined) expect(crlNumber(shop, 'after.crl')).toBeGreaterThan(crlNumber(shop, crl));
  const verified = (leaf: string, ...how: string[]) => {
    const between = untrusted === undefined ? [] : ['-untrusted', untrusted];
    const { status, said } = ask(openssl, ['verify', ...how, '-CAfile', anchors, ...between, leaf]);
    return status === 0 ? 'ok' : (/error \d+ at 0 depth lookup: (.*)/.exec(said)?.[1] ?? said);
  };
  expect([old, stays, goes].map((leaf) => verified(leaf))).toEqual(['ok', 'ok', 'ok']);
  if (signsCrls)
    expect(
      [old, stays, goes].map((leaf) => verified(leaf, '-crl_check', '-CRLfile', 'after.crl')),
    ).toEqual(['ok', 'ok', 'certificate revoked']);
  expect(mtls(['ca', 'audit', name], { cwd })).toMatchObject({ status: 0 });
}

function crlNumber({ run }: Workshop, file: string): number {
  const said = run(openssl, ['crl', '-in', file, '-noout', '-crlnumber']);
  const [, digits = ''] = /crlNumber=(?:0x)?([0-9A-F]+)/i.exec(said) ?? [];
  return parseInt(digits, 16);
}

const CONFIG = `[ca]
default_ca = d
[d]
dir = ./demoCA
database = $dir/index.txt
new_certs_dir = $dir/newcerts
serial = $dir/serial
crlnumber = $dir/crlnumber
certificate = $dir/cacert.pem
private_key = $dir/private/cakey.pem
default_md = sha256
default_days = 30
default_crl_days = 30
policy = p
x509_extensions = e
unique_subject = no
copy_extensions = copy
[p]
commonName = supplied
[e]
extendedKeyUsage = serverAuth
[req]
distinguished_name = dn
[dn]
[v3_ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`;

function opensslCa(shop: Workshop, serial = '1000'): void {
  const { cwd, run } = shop;
  mkdirSync(join(cwd, 'demoCA/newcerts'), { recursive: true });
  mkdirSync(join(cwd, 'demoCA/private'));
  writeFileSync(join(cwd, 'openssl.cnf'), CONFIG);
  writeFileSync(join(cwd, 'demoCA/index.txt'), '');
  // High bits, as openssl rand -hex gives them, and short ones
  writeFileSync(join(cwd, 'demoCA/serial'), `${serial}\n`);
  writeFileSync(join(cwd, 'demoCA/crlnumber'), '1A\n');
  const root = 'req -x509 -config openssl.cnf -extensions v3_ca -newkey rsa:2048 -nodes -days 3650';
  const files = '-keyout demoCA/private/cakey.pem -out demoCA/cacert.pem -subj /CN=Office';
  run(openssl, [...root.split(' '), ...files.split(' ')]);
  for (const name of ['a', 'b', 'c', 'd']) {
    const request = `req -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name} -addext subjectAltName=DNS:${name}.example`;
    run(openssl, request.split(' '));
    run(
      openssl,
      `ca -batch -config openssl.cnf -notext -in ${name}.csr -out ${name}.crt`.split(' '),
    );
  }
  run(openssl, 'ca -config openssl.cnf -revoke b.crt -crl_reason keyCompromise'.split(' '));
  run(openssl, 'ca -config openssl.cnf -revoke c.crt -crl_hold holdInstructionReject'.split(' '));
  run(openssl, 'ca -config openssl.cnf -gencrl -out demoCA/crl.pem'.split(' '));
}

describe.skipIf(!openssl)('a CA of openssl ca', { timeout: 120_000 }, () => {
  it('brings its records and its revocations, and its CRL numbers go on', () => {
    const shop = workshop('openssl');
    const { cwd } = shop;
    opensslCa(shop);
    const told = JSON.parse(
      mtlsOk(['ca', 'import', 'office', '--from', 'demoCA', '--json'], { cwd }),
    ) as Record<string, unknown>;
    expect(told).toMatchObject({ program: 'openssl ca', issued: 4, revoked: 2 });
    expect(listed(cwd).map(({ serial, status, names }) => [serial, status, names[0]])).toEqual([
      ['1000', 'valid', 'DNS:a.example'],
      ['1001', 'revoked', 'DNS:b.example'],
      ['1002', 'revoked', 'DNS:c.example'],
      ['1003', 'valid', 'DNS:d.example'],
    ]);
    const anchors = 'demoCA/cacert.pem';
    expect(judged(shop, 'office', anchors, 'a.crt')).toBe('ok');
    expect(judged(shop, 'office', anchors, 'b.crt')).toBe('certificate revoked');
    expect(judged(shop, 'office', anchors, 'c.crt')).toBe('certificate revoked');
    // The file said 1B for the next one; three were made since
    const text = shop.run(openssl, ['crl', '-in', 'now.crl', '-noout', '-text']);
    expect(text).toMatch(/CRL Number: *\n *29\n/);
    expect(text).toMatch(
      /Serial Number: 1001[^]*Key Compromise[^]*Serial Number: 1002[^]*Certificate Hold/,
    );
    mtlsOk(['revoke', 'a.crt'], { cwd });
    expect(judged(shop, 'office', anchors, 'a.crt')).toBe('certificate revoked');
    goesOn(shop, { name: 'office', anchors, old: 'd.crt', crl: 'demoCA/crl.pem' });
    // What was on the list stays on it
    for (const name of ['a.crt', 'b.crt', 'c.crt'])
      expect(judged(shop, 'office', anchors, name)).toBe('certificate revoked');
    // A second import of the same is another CA of the same name only elsewhere
    expect(mtls(['ca', 'import', 'office', '--from', 'demoCA'], { cwd }).status).toBe(4);
    const audit = JSON.parse(mtlsOk(['ca', 'show', 'office', '--json'], { cwd })) as {
      ok: boolean;
    };
    expect(audit.ok).toBe(true);
  });

  it('is taken whole or not at all: each bad line is named', () => {
    const shop = workshop('openssl-bad');
    const { cwd } = shop;
    opensslCa(shop);
    const index = join(cwd, 'demoCA/index.txt');
    const good = readFileSync(index, 'utf8');
    const [first = '', second = ''] = good.split('\n');
    const bent: readonly (readonly [string, RegExp])[] = [
      [good.replace('\t1001\t', '\t10 01\t'), /line 2: the serial "10 01"/],
      [good.replace(/^V/m, 'X'), /line 1: the status "X"/],
      [good.replace(/^V\t\d{12}Z/m, 'V\t261399999999Z'), /line 1: the expiry/],
      [good.replace(/^V\t\d{2}/m, 'V\t31'), /line 1: it ends at 2031/],
      [good.replace(',keyCompromise', ',boredom'), /line 2: the reason "boredom"/],
      [good.replace(/R\t(\w+)\t\w+,keyCompromise/, 'R\t$1\t'), /line 2: revoked without a time/],
      [good.replace(/^V\t(\w+)\t/m, 'V\t$1\t260101000000Z'), /line 1: a revocation/],
      [good.slice(0, -20), /line 4: \d fields|the serial/],
      [`${good}${first.replaceAll('\t', ' ')}\n`, /line 5: 1 fields/],
      [
        good.replace(second, second.replace(/^R\t(\w+)\t[^\t]*/, 'V\t$1\t')),
        /lists 1001 as revoked/,
      ],
      [good.split('\n').slice(2).join('\n'), /lists 1001 as revoked/],
    ];
    for (const [text, wanted] of bent) {
      writeFileSync(index, text);
      const { status, stderr } = mtls(['ca', 'import', 'office', '--from', 'demoCA'], { cwd });
      expect([status, stderr]).toEqual([3, expect.stringMatching(wanted)]);
      expect(stderr).toContain('[INDEX_MALFORMED]');
      expect(mtlsOk(['ca', 'list', '--json'], { cwd })).toContain('"cas": []');
    }
    // A serial that two processes took: one record, and revoked if either was
    writeFileSync(index, `${good}${second.replace(/^R\t(\w+)\t[^\t]*/, 'V\t$1\t')}\n`);
    const { status, stderr } = mtls(['ca', 'import', 'office', '--from', 'demoCA'], { cwd });
    expect([status, stderr]).toEqual([0, expect.stringContaining('on lines 2 and 5')]);
    expect(listed(cwd).map((one) => one.status)).toEqual(['valid', 'revoked', 'revoked', 'valid']);
  });

  it('lists serials whose high bit is set as openssl does', () => {
    const shop = workshop('openssl-high');
    opensslCa(shop, '84A1B5BD4C3CF745BB8CC5430EB6D7E0');
    mtlsOk(['ca', 'import', 'office', '--from', 'demoCA'], { cwd: shop.cwd });
    expect(judged(shop, 'office', 'demoCA/cacert.pem', 'a.crt')).toBe('ok');
    expect(judged(shop, 'office', 'demoCA/cacert.pem', 'b.crt')).toBe('certificate revoked');
  });

  it('has a record too of what the folder has and the index lost', () => {
    const shop = workshop('openssl-lost');
    const { cwd } = shop;
    opensslCa(shop);
    const index = join(cwd, 'demoCA/index.txt');
    const lines = readFileSync(index, 'utf8').split('\n');
    writeFileSync(index, lines.filter((line) => !line.includes('\t1003\t')).join('\n'));
    rmSync(join(cwd, 'demoCA/newcerts/1000.pem'));
    const { status, stderr } = mtls(['ca', 'import', 'office', '--from', 'demoCA'], { cwd });
    expect(status).toBe(0);
    expect(stderr).toContain('the certificate 1003 is not in index.txt');
    expect(stderr).toContain('1 of 4 certificates are not in the folder');
    expect(listed(cwd).map(({ serial }) => serial)).toEqual(['1000', '1001', '1002', '1003']);
    mtlsOk(['revoke', '1000'], { cwd });
    expect(judged(shop, 'office', 'demoCA/cacert.pem', 'a.crt')).toBe('certificate revoked');
  });
});

describe.skipIf(!openssl || !easyrsa)('a CA of easy-rsa', { timeout: 120_000 }, () => {
  it('with an encrypted key goes on, and what it revoked stays so', () => {
    const shop = workshop('easy-rsa');
    const { cwd } = shop;
    writeFileSync(join(cwd, 'pass.txt'), 'open sesame\n', { mode: 0o600 });
    const env = {
      EASYRSA: '/usr/share/easy-rsa',
      EASYRSA_PKI: join(cwd, 'pki'),
      EASYRSA_BATCH: '1',
      EASYRSA_PASSIN: 'pass:open sesame',
      EASYRSA_PASSOUT: 'pass:open sesame',
    };
    const rsa = (...args: string[]) => shop.run(easyrsa, args, env);
    rsa('init-pki');
    shop.run(easyrsa, ['build-ca'], { ...env, EASYRSA_REQ_CN: 'VPN' });
    rsa('build-server-full', 'server.example', 'nopass');
    rsa('build-client-full', 'alice', 'nopass');
    rsa('build-client-full', 'bob', 'nopass');
    rsa('revoke', 'alice', 'keyCompromise');
    rsa('gen-crl');
    const alice = listedIn(cwd, 'pki/index.txt', 'R');
    const pass = ['--passphrase-file', 'pass.txt'];
    const wrong = mtls(['ca', 'import', 'vpn', '--from', '.', '--passphrase-env', 'P'], {
      cwd,
      env: { P: 'shut sesame' },
    });
    expect([wrong.status, wrong.stderr]).toEqual([4, expect.stringContaining('PASSPHRASE_WRONG')]);
    const told = mtlsOk(['ca', 'import', 'vpn', '--from', '.', '--json', ...pass], { cwd });
    expect(JSON.parse(told)).toMatchObject({ program: 'easy-rsa', issued: 3, revoked: 1 });
    expect(JSON.parse(told)).toMatchObject({ keyFile: { state: 'encrypted' } });
    expect(listed(cwd).find(({ status }) => status === 'revoked')?.serial).toBe(alice);
    mtlsOk(['ca', 'crl', 'vpn', '--out', 'now.crl', ...pass], { cwd });
    const check = (name: string) =>
      shop.ask(openssl, [
        ...'verify -crl_check -CAfile pki/ca.crt -CRLfile now.crl'.split(' '),
        join('pki', name),
      ]).said;
    expect(check(`revoked/certs_by_serial/${alice.toUpperCase()}.crt`)).toContain(
      'certificate revoked',
    );
    expect(check('issued/bob.crt')).toContain('OK');
    // The CRLs of easy-rsa have no number
    goesOn(shop, { name: 'vpn', anchors: 'pki/ca.crt', old: 'pki/issued/bob.crt', pass });
    mtlsOk(['ca', 'crl', 'vpn', '--out', 'now.crl', '--force', ...pass], { cwd });
    expect(check(`revoked/certs_by_serial/${alice.toUpperCase()}.crt`)).toContain(
      'certificate revoked',
    );
  });
});

/** The serial of the first line with a status, as records write it. */
function listedIn(cwd: string, index: string, status: string): string {
  const line = readFileSync(join(cwd, index), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(status));
  return (line?.split('\t')[3] ?? '').toLowerCase();
}

describe.skipIf(!openssl || !mkcert)('the CA of mkcert', { timeout: 120_000 }, () => {
  it('goes on, and what its key usage lacks is said', () => {
    const shop = workshop('mkcert');
    const { cwd } = shop;
    const caroot = join(cwd, 'caroot');
    mkdirSync(caroot);
    shop.run(mkcert, ['-cert-file', 'there.crt', '-key-file', 'there.key', 'there.example'], {
      CAROOT: caroot,
    });
    const { status, stdout, stderr } = mtls(['ca', 'import', 'local', '--from', 'caroot'], { cwd });
    expect([status, stdout]).toEqual([0, expect.stringContaining('imported CA "local" of mkcert')]);
    expect(stderr).toContain('lacks cRLSign');
    const anchors = 'caroot/rootCA.pem';
    goesOn(shop, { name: 'local', anchors, old: 'there.crt', signsCrls: false });
    // And openssl does refuse its CRLs
    expect(judged(shop, 'local', 'caroot/rootCA.pem', 'there.crt')).toMatch(/CRL/i);
  });
});

describe.skipIf(!openssl || !cfssl || !cfssljson)('a CA of cfssl', { timeout: 120_000 }, () => {
  it('goes on', () => {
    const shop = workshop('cfssl');
    const { cwd } = shop;
    writeFileSync(join(cwd, 'csr.json'), '{"CN":"Cluster","key":{"algo":"ecdsa","size":256}}');
    const made = shop.run(cfssl, ['gencert', '-initca', 'csr.json']);
    const { status } = spawnSync(cfssljson ?? '', ['-bare', 'ca'], { cwd, input: made });
    expect(status).toBe(0);
    writeFileSync(join(cwd, 'node.json'), '{"CN":"node","hosts":["node.example"]}');
    const leaf = shop.run(cfssl, ['gencert', '-ca=ca.pem', '-ca-key=ca-key.pem', 'node.json']);
    expect(spawnSync(cfssljson ?? '', ['-bare', 'node'], { cwd, input: leaf }).status).toBe(0);
    expect(mtlsOk(['ca', 'import', 'cluster', '--from', '.'], { cwd })).toContain('of cfssl');
    goesOn(shop, { name: 'cluster', anchors: 'ca.pem', old: 'node.pem' });
  });
});

describe.skipIf(!openssl)('a CA as step lays it out', { timeout: 120_000 }, () => {
  it('goes on by its intermediate, whose key is encrypted as step does it', () => {
    const shop = workshop('step');
    const { cwd, run } = shop;
    for (const folder of ['certs', 'secrets']) mkdirSync(join(cwd, folder));
    writeFileSync(join(cwd, 'pass.txt'), 'word\n', { mode: 0o600 });
    const sh = (line: string) => run(openssl, line.split(' '));
    const curve = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
    const usage = '-addext keyUsage=critical,keyCertSign,cRLSign';
    sh(
      `req -x509 ${curve} -days 3650 -keyout r.key -out certs/root_ca.crt -subj /CN=Root ${usage}`,
    );
    sh(
      `req -x509 ${curve} -days 900 -keyout i.key -out certs/intermediate_ca.crt -subj /CN=Inter ${usage} -CA certs/root_ca.crt -CAkey r.key`,
    );
    sh(
      `req -x509 ${curve} -days 30 -keyout old.key -out old.crt -subj /CN=old -addext basicConstraints=critical,CA:false -CA certs/intermediate_ca.crt -CAkey i.key`,
    );
    // EC PRIVATE KEY with Proc-Type: 4,ENCRYPTED, as step crypto writes by default
    for (const [from, to] of [
      ['r.key', 'root_ca_key'],
      ['i.key', 'intermediate_ca_key'],
    ] as const)
      sh(`ec -aes256 -in ${from} -out secrets/${to} -passout pass:word`);
    expect(readFileSync(join(cwd, 'secrets/intermediate_ca_key'), 'utf8')).toContain(
      'Proc-Type: 4,ENCRYPTED',
    );
    const pass = ['--passphrase-file', 'pass.txt'];
    expect(mtlsOk(['ca', 'import', 'mesh', '--from', '.', ...pass], { cwd })).toContain('of step');
    const key = mtlsOk(['ca', 'show', 'mesh', '--json'], { cwd });
    const path = (JSON.parse(key) as { keyFile: { path: string } }).keyFile.path;
    // Written anew, as openssl reads it
    expect(readFileSync(path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(sh(`pkey -in ${path} -passin file:pass.txt -noout -check`)).toContain('valid');
    goesOn(shop, {
      ...{ name: 'mesh', anchors: 'certs/root_ca.crt', untrusted: 'certs/intermediate_ca.crt' },
      ...{ old: 'old.crt', pass },
    });
  });
});
