// The handshake is Node's and looks at the real clock: days here are counted from the present one.
import { X509Certificate } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authorityOf, unlock } from '../../src/ca/authority.ts';
import { revoke } from '../../src/ca/revoke.ts';
import { DAY } from '../../src/base/clock.ts';
import { encodePem } from '../../src/codec/pem.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { formatGeneralName, parseIdentityName } from '../../src/name/san.ts';
import { up, UP_CA, type UpOptions, type UpResult } from '../../src/quickstart/up.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';
import { serialText } from '../../src/store/records.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { makeLeaf, makeRoot } from '../support/pki.ts';
import { temporaryFolder } from '../support/program.ts';

const NAMES = ['ca.crt', 'client.crt', 'client.key', 'server.crt', 'server.key'] as const;
type Name = (typeof NAMES)[number];

interface Demo {
  readonly folder: string;
  readonly result: UpResult;
}

const run = (folder: string, names: readonly string[] = [], more: Partial<UpOptions> = {}) =>
  up({
    folder,
    home: join(folder, '.mtls'),
    names: names.map((name) => parseIdentityName(name)),
    clock: () => new Date(),
    ...more,
  });

async function demo(names: readonly string[] = [], more: Partial<UpOptions> = {}): Promise<Demo> {
  const folder = temporaryFolder();
  return { folder, result: await run(folder, names, more) };
}

const contents = (folder: string) => NAMES.map((name) => readFileSync(join(folder, name), 'utf8'));
const changed = (before: readonly string[], after: readonly string[]) =>
  NAMES.filter((_, i) => before[i] !== after[i]);
const madeOf = ({ parts }: UpResult) =>
  Object.fromEntries(parts.map(({ role, made }) => [role, made]));
const namesOf = ({ parts }: UpResult) => parts[0]?.certificate.names.map(formatGeneralName);
const storeIn = (folder: string) =>
  openCaStore(homePaths(join(folder, '.mtls')), parseCaName(UP_CA), { clock: () => new Date() });

describe('the first run', () => {
  it('makes five files and a home, and proves them', async () => {
    const { folder, result } = await demo(['api.example.org']);
    expect(readdirSync(folder).sort()).toEqual(['.mtls', ...NAMES]);
    expect(result.createdCa).toBe(true);
    expect(madeOf(result)).toEqual({ server: 'new', client: 'new' });
    const { proof, parts } = result;
    expect(proof).toMatchObject({ protocol: 'TLSv1.3', host: 'localhost' });
    expect([proof.serverLeaf, proof.clientLeaf].map((der) => Buffer.from(der))).toEqual(
      parts.map(({ certificate }) => Buffer.from(certificate.der)),
    );
    expect(proof.anonymousRefusal).toMatch(/\S/);
    expect(namesOf(result)).toEqual([
      'DNS:localhost',
      'IP:127.0.0.1',
      'IP:::1',
      'DNS:api.example.org',
    ]);
    if (process.platform === 'win32') return;
    for (const role of ['server', 'client'])
      expect(statSync(join(folder, `${role}.key`)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, '.mtls')).mode & 0o777).toBe(0o700);
  });

  it('takes key type and lifetime as they are asked', async () => {
    const { folder, result } = await demo([], { keyType: 'ed25519', ttl: 2 * DAY });
    const { certificate } = result.authority;
    expect(certificate.publicKey.type).toBe('ed25519');
    for (const role of ['server', 'client']) {
      const file = new X509Certificate(readFileSync(join(folder, `${role}.crt`)));
      expect(file.publicKey.asymmetricKeyType).toBe('ed25519');
      const left = Date.parse(file.validTo) - Date.now();
      expect(Math.round(left / DAY)).toBe(2);
    }
  });

  it('makes a peer of a server with a SPIFFE ID', async () => {
    const { folder, result } = await demo(['spiffe://example.org/ns/prod/sa/api']);
    expect([...result.authority.store.records()].map(({ profile }) => profile)).toEqual([
      'peer',
      'client',
    ]);
    expect(existsSync(join(folder, 'server.key'))).toBe(true);
  });

  it.each(NAMES)('refuses to touch a %s that is there, and leaves all as it was', async (name) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), 'mine');
    await expect(run(folder)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readdirSync(folder)).toEqual([name]);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    const { createdCa } = await run(folder, [], { force: true });
    expect(createdCa).toBe(true);
  });
});

describe('a second run', () => {
  it('changes nothing that is still good', async () => {
    const { folder } = await demo(['api.example.org']);
    const before = contents(folder);
    const head = storeIn(folder).head();
    for (const names of [['api.example.org'], [], ['localhost', 'api.example.org']]) {
      const result = await run(folder, names);
      expect(madeOf(result)).toEqual({ server: undefined, client: undefined });
      expect(result).toMatchObject({ createdCa: false, proof: { protocol: 'TLSv1.3' } });
      expect(namesOf(result)).toContain('DNS:api.example.org');
    }
    expect(contents(folder)).toEqual(before);
    expect(storeIn(folder).head()).toEqual(head);
  });

  const reasons: readonly (readonly [
    what: string,
    harm: (folder: string, result: UpResult) => unknown,
    replaced: readonly Name[],
    said: RegExp,
  ])[] = [
    [
      'a missing certificate',
      (folder) => {
        rmSync(join(folder, 'server.crt'));
      },
      ['server.crt', 'server.key'],
      /^a file was missing$/,
    ],
    [
      'a missing key',
      (folder) => {
        rmSync(join(folder, 'client.key'));
      },
      ['client.crt', 'client.key'],
      /^a file was missing$/,
    ],
    [
      'a certificate cut short',
      (folder) => {
        const path = join(folder, 'server.crt');
        writeFileSync(path, readFileSync(path).subarray(0, 200));
      },
      ['server.crt', 'server.key'],
      /server\.crt/,
    ],
    [
      'an empty key',
      (folder) => {
        writeFileSync(join(folder, 'server.key'), '');
      },
      ['server.crt', 'server.key'],
      /server\.key/,
    ],
    [
      'a key in which nothing is right',
      (folder) => {
        const nothing = encodePem('PRIVATE KEY', Uint8Array.of(0x30, 3, 2, 1, 0));
        writeFileSync(join(folder, 'client.key'), nothing);
      },
      ['client.crt', 'client.key'],
      /client\.key.*malformed private key/,
    ],
    [
      'a certificate in the place of the key',
      (folder) => {
        writeFileSync(join(folder, 'server.key'), readFileSync(join(folder, 'server.crt')));
      },
      ['server.crt', 'server.key'],
      /^a file did not hold what it should$/,
    ],
    [
      'a revoked certificate',
      async (folder, { parts }) => {
        const authority = authorityOf(storeIn(folder));
        const [{ certificate } = { certificate: authority.certificate }] = parts;
        const record = authority.store.find(serialText(certificate.serial));
        if (!record) throw new Error('no record');
        const clock = () => new Date();
        await revoke(authority, unlock(authority), [record], { clock, reason: 'superseded' });
      },
      ['server.crt', 'server.key'],
      /^it was revoked$/,
    ],
  ];

  it.each(reasons)('replaces %s, that pair and no more', async (_what, harm, replaced, said) => {
    const { folder, result } = await demo(['api.example.org']);
    const before = contents(folder);
    await harm(folder, result);
    const again = await run(folder);
    expect(changed(before, contents(folder))).toEqual(replaced);
    const made = Object.values(madeOf(again)).filter((reason) => reason !== undefined);
    expect(made).toEqual([expect.stringMatching(said)]);
    expect(namesOf(again)).toContain('DNS:api.example.org');
    // What was there before is on record as replaced
    const [first] = [...again.authority.store.records()].filter(
      ({ renewedBy }) => renewedBy !== undefined,
    );
    expect(first?.outputs.map(({ path }) => path)).toContain(join(folder, replaced[0] as string));
    expect(madeOf(await run(folder))).toEqual({ server: undefined, client: undefined });
  });

  it('replaces what is due: less than a third of its life is left', async () => {
    const daysAgo = (days: number) => () => new Date(Date.now() - days * DAY);
    const { folder } = await demo([], { clock: daysAgo(70) });
    const before = contents(folder);
    // With 31 days left of 90, not yet
    const kept = await run(folder, [], { clock: daysAgo(11) });
    expect(madeOf(kept)).toEqual({ server: undefined, client: undefined });
    const due = await run(folder);
    expect(madeOf(due)).toEqual({
      server: expect.stringMatching(/^it was due: (19|20) days left$/) as string,
      client: expect.stringMatching(/^it was due: (19|20) days left$/) as string,
    });
    expect(changed(before, contents(folder))).toEqual(NAMES.slice(1));
  });

  it('replaces what has expired', async () => {
    const folder = temporaryFolder();
    const then = { clock: () => new Date(Date.now() - 100 * DAY) };
    // Long ago it was good; to Node, today, it is not
    await expect(run(folder, [], then)).rejects.toMatchObject({ code: 'HANDSHAKE_FAILED' });
    const { parts } = await run(folder);
    for (const { made } of parts) expect(made).toMatch(/ expired /);
  });

  it('takes up names that were not asked before, within what its CA may vouch for', async () => {
    const { folder } = await demo(['*.example.org']);
    const before = contents(folder);
    const result = await run(folder, ['api.example.org']);
    expect(madeOf(result)).toEqual({ server: 'the names changed', client: undefined });
    expect(namesOf(result)).toEqual([
      'DNS:localhost',
      'IP:127.0.0.1',
      'IP:::1',
      'DNS:api.example.org',
    ]);
    expect(changed(before, contents(folder))).toEqual(['server.crt', 'server.key']);
    const after = contents(folder);
    await expect(run(folder, ['api.example.net'])).rejects.toMatchObject({
      code: 'NAME_NOT_PERMITTED',
      message: expect.stringContaining('DNS:api.example.net') as string,
      hint: expect.stringContaining('another folder') as string,
    });
    expect(contents(folder)).toEqual(after);
  });

  it.each(['missing', 'broken'])('writes a %s ca.crt again, and nothing else', async (state) => {
    const { folder } = await demo();
    const before = contents(folder);
    if (state === 'missing') rmSync(join(folder, 'ca.crt'));
    else writeFileSync(join(folder, 'ca.crt'), before[0]?.slice(0, 200) ?? '');
    const result = await run(folder);
    expect(madeOf(result)).toEqual({ server: undefined, client: undefined });
    expect(result.wroteRoots).toBe(true);
    expect(contents(folder)).toEqual(before);
    expect((await run(folder)).wroteRoots).toBe(false);
  });

  it('keeps a ca.crt with further roots', async () => {
    const { folder } = await demo();
    const other = await makeRoot('CN=other');
    writeFileSync(join(folder, 'ca.crt'), `${contents(folder)[0] ?? ''}${other.pem}`);
    const before = contents(folder);
    expect((await run(folder)).wroteRoots).toBe(false);
    expect(contents(folder)).toEqual(before);
  });

  it('knows its files where the folder has moved', async () => {
    const { folder } = await demo(['api.example.org'], { ttl: DAY });
    const place = join(temporaryFolder(), 'moved');
    renameSync(folder, place);
    rmSync(join(place, 'server.crt'));
    const result = await run(place);
    expect(madeOf(result)).toEqual({ server: 'a file was missing', client: undefined });
    expect(namesOf(result)).toContain('DNS:api.example.org');
  });
});

describe('files of somebody else’s', () => {
  const foreign: readonly (readonly [what: string, put: (folder: string) => Promise<Name>])[] = [
    [
      'a certificate of another issuer',
      async (folder) => {
        const bought = await makeLeaf(await makeRoot(), ['localhost']);
        writeFileSync(join(folder, 'server.crt'), bought.pem);
        writeFileSync(join(folder, 'server.key'), bought.keyPem);
        return 'server.crt';
      },
    ],
    [
      'a key of another certificate',
      (folder) => {
        writeFileSync(join(folder, 'client.key'), writePrivateKey(generateKey('ec-p256')));
        return Promise.resolve('client.key');
      },
    ],
    [
      'an encrypted key',
      (folder) => {
        const key = generateKey('ec-p256');
        writeFileSync(join(folder, 'client.key'), writePrivateKey(key, 'secret'));
        return Promise.resolve('client.key');
      },
    ],
    [
      'other roots',
      async (folder) => {
        writeFileSync(join(folder, 'ca.crt'), (await makeRoot('CN=other')).pem);
        return 'ca.crt';
      },
    ],
  ];

  it.each(foreign)('are not overwritten: %s', async (_what, put) => {
    const { folder } = await demo();
    const name = await put(folder);
    const before = contents(folder);
    const head = storeIn(folder).head();
    const refused = run(folder);
    await expect(refused).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      message: expect.stringContaining(name) as string,
      data: { paths: expect.arrayContaining([join(folder, name)]) as unknown },
    });
    expect(contents(folder)).toEqual(before);
    expect(storeIn(folder).head()).toEqual(head);
    const forced = await run(folder, [], { force: true });
    expect(forced.proof.protocol).toBe('TLSv1.3');
    expect(changed(before, contents(folder))).toContain(name);
  });
});

describe.skipIf(!hasOpenssl)('the CA’s bounds, to openssl', () => {
  /** A leaf that the folder's CA signs though it may not. */
  async function forge(folder: string, san: string): Promise<string> {
    const { paths } = storeIn(folder);
    const at = (name: string) => join(folder, name);
    writeFileSync(at('ext'), `subjectAltName=${san}\n`);
    openssl([
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/O=forged', '-keyout', at('forged.key'), '-out', at('forged.csr')],
    ]);
    openssl([
      ...['x509', '-req', '-in', at('forged.csr'), '-days', '9', '-extfile', at('ext')],
      ...['-CA', paths.certificate, '-CAkey', paths.key, '-out', at('forged.crt')],
    ]);
    return Promise.resolve(at('forged.crt'));
  }

  const verify = (folder: string, file: string) =>
    openssl(['verify', '-CAfile', join(folder, 'ca.crt'), file]).toString();

  it('take what it serves, and whoever is below', async () => {
    const { folder } = await demo(['example.org', '10.0.0.7', 'spiffe://td/ns/a/sa/b']);
    for (const role of ['server', 'client'])
      expect(verify(folder, join(folder, `${role}.crt`))).toContain('OK');
    for (const san of ['DNS:api.example.org', 'IP:10.0.0.7', 'URI:spiffe://td/x', 'DNS:a.client'])
      expect(verify(folder, await forge(folder, san))).toContain('OK');
  });

  it.each([
    'DNS:example.org',
    'DNS:localhost.example.org',
    'IP:127.0.0.2',
    'IP:10.0.0.7',
    'IP:::2',
    'email:root@example.org',
    'URI:https://example.org/',
    'URI:spiffe://example.org/ns/prod/sa/api',
    'DNS:localhost,DNS:example.org',
  ])('refuse %s', async (san) => {
    const { folder } = await demo();
    const forged = await forge(folder, san);
    expect(() => verify(folder, forged)).toThrow('permitted subtree violation');
  });
});
