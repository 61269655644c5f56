// What cert-manager's own code makes of what we hand to it, of the sets and objects that our check
// judges, and of Certificates like a certificate that is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { ClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import { Issuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, type Document } from 'yaml';
import { toUtf8 } from '../../src/base/bytes.ts';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { encodeBundle } from '../../src/codec/bundle.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import type { Resource } from '../../src/diagnose/document.ts';
import { gatherBytes } from '../../src/diagnose/gather.ts';
import { checkCertManager } from '../../src/diagnose/mesh/cert-manager.ts';
import { certificateObject, OBJECT_CASES } from '../support/cert-manager-objects.ts';
import { certManagerSets } from '../support/cert-manager-sets.ts';
import { ca, leaf } from '../support/graph.ts';
import { mtls, mtlsOk } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'mtls-cert-manager-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** cert-manager's module comes through the module proxy, which not every machine reaches. */
function certManagerPeer(): string | undefined {
  if (!hasPeer('go', ['version'])) return undefined;
  const program = join(folder, 'go-cert-manager');
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('mesh/go-cert-manager', import.meta.url)),
    encoding: 'utf8',
    timeout: 580_000,
  });
  if (built.status === 0) return program;
  if (required) throw new Error(`cert-manager's module cannot be built: ${built.stderr}`);
  return undefined;
}

const peer = certManagerPeer();
const go = (...args: readonly string[]) =>
  execFileSync(peer ?? '', args, { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
const path = (name: string) => join(folder, name);
const run = (...args: readonly string[]) => mtlsOk([...args, '--quiet'], { cwd: folder });

type Fields = Readonly<Record<string, unknown>>;

function write(files: Readonly<Record<string, string>>, name: string): string {
  mkdirSync(path(name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path(name), file), text);
  return path(name);
}

function writeJson(name: string, value: unknown): string {
  writeFileSync(path(name), JSON.stringify(value));
  return path(name);
}

const objectsOf = (yaml: string) =>
  (parseAllDocuments(yaml) as Document[]).map((one) => one.toJS() as Fields);

/** What the schemas of the API say, which the webhook does not. */
function passesSchema(object: Fields): boolean {
  const models = { Certificate, ClusterIssuer, Issuer };
  const Model = models[object['kind'] as keyof typeof models];
  try {
    new Model(JSON.parse(JSON.stringify(object)) as never).validate();
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(peer === undefined)("cert-manager's own code", () => {
  beforeAll(() => {
    run('ca', 'init', 'root', '--no-passphrase');
    writeFileSync(path('issuer.yaml'), run('mesh', 'cert-manager', 'issuer', '--ca', 'root'));
    writeFileSync(path('root.pem'), run('ca', 'export', 'root'));
  });

  it('agrees on every set, and on what is believed of what it signs', async () => {
    const sets = await certManagerSets(new Date());
    const said = go('load', ...sets.map(({ files }, index) => write(files, `set-${index}`)));
    expect(said).toHaveLength(sets.length);
    const wrong = sets
      .map(({ title, loads, believed, says }, index) => {
        const line = said[index] ?? '';
        const wanted = !loads ? 'refuses:' : believed === false ? 'disbelieved:' : 'loads';
        const healthy = says.every((one) => !one.startsWith('error'));
        return [title, wanted, line, line.split(' ')[0] === wanted, healthy === (line === 'loads')];
      })
      .filter(([, , , verdict, ours]) => !verdict || !ours);
    expect(wrong).toEqual([]);
  });

  it('agrees on every object, by its webhook and by the schemas of its API', () => {
    const said = go(
      'validate',
      writeJson(
        'all.json',
        OBJECT_CASES.map(({ object }) => object),
      ),
    );
    expect(said).toHaveLength(OBJECT_CASES.length);
    const wrong = OBJECT_CASES.map(({ title, object, accepted }, index) => {
      const line = said[index] ?? '';
      return [title, accepted, line, (line === 'accepts' && passesSchema(object)) === accepted];
    }).filter(([, , , same]) => same === false);
    expect(wrong).toEqual([]);
  });

  it('would keep what we call well, and issue anew what we call stale', async () => {
    const now = Date.now();
    const root = await ca({ notAfter: new Date(now + 365 * DAY) });
    const at = { notBefore: new Date(now - HOUR), notAfter: new Date(now + 89 * DAY) };
    const rsa = generateKey('rsa-2048');
    const ecdsa = { algorithm: 'ECDSA' };
    const plain = await leaf({ by: root, ...at });
    const all = await leaf({
      by: root,
      ...at,
      key: rsa,
      names: [
        { kind: 'dns', value: 'api.example.org' },
        { kind: 'dns', value: 'web.example.org' },
        { kind: 'ip', value: Uint8Array.of(10, 0, 0, 1) },
        { kind: 'uri', value: 'spiffe://example.org/api' },
        { kind: 'email', value: 'a@example.org' },
      ],
    });
    const every = {
      dnsNames: ['web.example.org', 'api.example.org'],
      ipAddresses: ['10.0.0.1'],
      uris: ['spiffe://example.org/api'],
      emailAddresses: ['a@example.org'],
    };
    const cases: readonly (readonly [typeof plain, Fields, number?])[] = [
      [plain, { privateKey: ecdsa }],
      [plain, {}],
      [plain, { privateKey: { ...ecdsa, size: 256 } }],
      [plain, { privateKey: { ...ecdsa, size: 384 } }],
      [plain, { privateKey: { algorithm: 'Ed25519' } }],
      [plain, { privateKey: ecdsa, commonName: 'api.example.org' }],
      [plain, { privateKey: ecdsa, dnsNames: [], commonName: 'api.example.org' }],
      [plain, { privateKey: ecdsa, commonName: 'web.example.org' }],
      [plain, { privateKey: ecdsa, dnsNames: ['api.example.org', 'web.example.org'] }],
      [plain, { privateKey: ecdsa, ipAddresses: ['10.0.0.1'] }],
      [plain, { privateKey: ecdsa, uris: ['spiffe://example.org/api'] }],
      [all, every],
      [all, { ...every, ipAddresses: ['::ffff:10.0.0.1'] }],
      [all, { ...every, ipAddresses: ['10.0.0.2'] }],
      [all, { ...every, emailAddresses: [] }],
      [all, { ...every, privateKey: { size: 3072 } }],
      ...[
        {},
        { renewBefore: '240h' },
        { renewBefore: '2159h', duration: '2160h' },
        { renewBeforePercentage: 10 },
        { renewBeforePercentage: 100 },
        { renewal: { policy: 'Disabled' } },
      ].flatMap((renewal) =>
        [1, 58, 60, 78, 80.5, 88].map(
          (days) => [plain, { privateKey: ecdsa, ...renewal }, days] as const,
        ),
      ),
    ];
    const wrong: unknown[] = [];
    for (const [index, [holder, fields, days = 0]] of cases.entries()) {
      const files = {
        'tls.crt': encodeBundle([holder.certificate]),
        'tls.key': writePrivateKey(holder.key),
        'ca.crt': encodeBundle([root.certificate]),
      };
      const certificate = certificateObject(fields);
      const moment = new Date(now + days * DAY);
      const [said] = go(
        'trigger',
        writeJson(`trigger-${index}.json`, certificate),
        write(files, `trigger-${index}`),
        moment.toISOString().replace(/\.\d+/, ''),
      );
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'api-tls' },
        data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, btoa(text)])),
      };
      const resources: Resource[] = [];
      const list = { kind: 'List', apiVersion: 'v1', items: [certificate, secret] };
      const documents = await gatherBytes(toUtf8(JSON.stringify(list)), '-', undefined, (one) => {
        resources.push(one);
      });
      const ours = checkCertManager(documents, { at: moment, resources }).findings.filter(
        ({ code }) => code === 'MESH_STALE' || code === 'RENEWAL_OVERDUE',
      );
      if ((ours.length === 0) !== (said === 'keeps'))
        wrong.push([fields, days, said, ours.map(({ cause }) => cause)]);
    }
    expect(wrong).toEqual([]);
  });

  it('signs with the CA that we hand over, and is believed', () => {
    const [secret] = objectsOf(run('mesh', 'cert-manager', 'issuer')) as {
      data: Record<string, string>;
    }[];
    const files = Object.fromEntries(
      Object.entries(secret?.data ?? {}).map(([name, text]) => [
        name,
        Buffer.from(text, 'base64').toString(),
      ]),
    );
    const authority = write(files, 'authority');
    expect(go('load', authority)).toEqual(['loads']);
    const kinds = ['ec-p256', 'ec-p521', 'rsa-2048', 'ed25519'];
    for (const kind of kinds) {
      const yaml = run(
        ...['mesh', 'cert-manager', 'certificate', 'api.prod.svc', '10.0.0.7'],
        ...['spiffe://example.org/ns/prod/sa/api', '--profile', 'peer', '--ttl', '24h'],
        ...['--issuer', 'cert-manager', '--key-type', kind],
      );
      const out = write({}, `issued-${kind}`);
      const [certificate] = objectsOf(yaml);
      go('issue', authority, writeJson(`issued-${kind}.json`, certificate), out);
      const crt = join(out, 'tls.crt');
      for (const purpose of ['server', 'client'])
        run('verify', crt, '--ca', path('root.pem'), '--purpose', purpose);
      run('verify', crt, '--ca', join(out, 'ca.crt'), '--host', 'api.prod.svc');
      run('match', crt, join(out, 'tls.key'));
      const openssl = spawnSync(
        'openssl',
        ['verify', '-x509_strict', '-CAfile', path('root.pem'), '-untrusted', crt, crt],
        { encoding: 'utf8' },
      );
      expect(openssl.stdout, openssl.stderr).toBe(`${crt}: OK\n`);
      // It would ask for it again just so
      expect(go('compare', path(`issued-${kind}.json`), out)).toEqual(['']);
      expect(
        go(
          'trigger',
          path(`issued-${kind}.json`),
          out,
          new Date().toISOString().slice(0, 19) + 'Z',
        ),
      ).toEqual(['keeps']);
    }
  });

  it.each([
    ['a server', ['api.example.org', '10.0.0.7', 'fd00::7']],
    ['a client', ['job', '--profile', 'client']],
    ['an SVID', ['spiffe://example.org/ns/prod/sa/api']],
    [
      'a service in all its names',
      ['api', 'api.prod', 'api.prod.svc.cluster.local', '--profile', 'peer'],
    ],
    ['a key of RSA', ['rsa.example.org', '--key-type', 'rsa-3072']],
    ['a key on P-384', ['curve.example.org', '--key-type', 'ec-p384']],
    ['a key of Ed25519', ['ed.example.org', '--key-type', 'ed25519']],
    ['a name first, then an organisation', ['one.example.org', '--subject', 'CN=one,O=Example']],
    ['an organisation first', ['two.example.org', '--subject', 'O=Example,CN=two']],
    [
      'units one below the other',
      ['three.example.org', '--subject', 'C=GB,O=Example,OU=Data,OU=Lake,CN=three'],
    ],
    [
      'a comma and letters of any kind',
      ['four.example.org', '--subject', 'O=Müller\\, Söhne,CN=four'],
    ],
    [
      'every sign that is escaped',
      [
        'six.example.org',
        '--subject',
        'CN=six,O=\\# a\\+b\\=\\"c\\"\\<d\\>\\;\\\\e,postalCode=10115',
      ],
    ],
    ['domain components', ['five.example.org', '--subject', 'DC=org,DC=example,CN=five']],
  ])('asks for just such a certificate again: %s', (title, args) => {
    const out = path(`from-${title.replaceAll(' ', '-')}`);
    run('issue', ...args, '--ca', 'root', '--ttl', '30d', '--out', out, '--name', 'tls');
    const yaml = run(
      'mesh',
      'cert-manager',
      'certificate',
      '--from',
      join(out, 'tls.crt'),
      '--issuer',
      'root',
      '--name',
      'api',
    );
    const [certificate] = objectsOf(yaml);
    const json = writeJson(`${title}.json`, certificate);
    expect(go('validate', writeJson(`${title}-list.json`, [certificate]))).toEqual(['accepts']);
    expect(passesSchema(certificate ?? {})).toBe(true);
    expect(go('compare', json, out)).toEqual(['']);
  });

  it('takes what we print at its bounds, and we print nothing beyond them', () => {
    const asked = (...args: readonly string[]) =>
      mtls(
        [
          'mesh',
          'cert-manager',
          'certificate',
          '--issuer',
          'root',
          '--name',
          'a',
          ...args,
          '--quiet',
        ],
        {
          cwd: folder,
        },
      );
    const [long, wide] = ['a'.repeat(64), 'é'.repeat(32)];
    const within = [
      ['a.example.org', '--ttl', '1h', '--renew-before', '5m'],
      ['a.example.org', '--ttl', '1h', '--renew-before', '59m59s'],
      ['a.example.org', '--subject', `CN=${long}`],
      ['a.example.org', '--subject', `CN=${wide}`],
      ['--email', 'a.b@example.org', '--subject', 'CN=a'],
      ['::ffff:10.0.0.1', '10.0.0.1'],
    ].map((args) => asked(...args));
    expect(within.map(({ status, stderr }) => [status, stderr])).toEqual(within.map(() => [0, '']));
    const objects = within.flatMap(({ stdout }) => objectsOf(stdout));
    expect(go('validate', writeJson('within.json', objects))).toEqual(objects.map(() => 'accepts'));
    const beyond = [
      ['a.example.org', '--ttl', '59m59s', '--renew-before', '5m'],
      ['a.example.org', '--ttl', '1h', '--renew-before', '4m59s'],
      ['a.example.org', '--ttl', '1h', '--renew-before', '1h'],
      ['a.example.org', '--subject', `CN=${long}a`],
      ['a.example.org', '--subject', `CN=${wide}é`],
    ].map((args) => asked(...args).status);
    expect(beyond).toEqual(beyond.map(() => 2));
  });
});
