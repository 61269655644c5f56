import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { chooseCa, createCaStore, listCas, openCaStore } from '../../src/store/ca-store.ts';
import { caPaths, homePaths, parseCaName } from '../../src/store/layout.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { certify, clock, makeCa, onPosix } from './support.ts';

describe('createCaStore', () => {
  it('makes the folders and files of the format, private', async () => {
    const { home, store } = await makeCa(temporaryFolder());
    expect(readdirSync(home.cas)).toEqual(['dev']);
    expect(readdirSync(store.paths.folder)).toEqual([
      'ca.crt',
      'ca.json',
      'ca.key',
      'certs',
      'chain.pem',
      'journal',
    ]);
    expect(readdirSync(store.paths.journal)).toEqual(['00000001.jsonl', 'HEAD']);
    expect(readdirSync(store.paths.certs)).toEqual(['00000001.pack']);
    if (!onPosix) return;
    const mode = (path: string): number => statSync(path).mode & 0o777;
    for (const folder of [home.root, home.cas, store.paths.folder, store.paths.journal])
      expect(mode(folder)).toBe(0o700);
    for (const file of [store.paths.key, store.paths.head, store.paths.info])
      expect(mode(file)).toBe(0o600);
    expect(mode(store.paths.certificate)).toBe(0o644);
  });

  it('is opened as it was made', async () => {
    const folder = temporaryFolder();
    const { home, store } = await makeCa(folder, 'root');
    const key = generateKey('ed25519');
    const signer = signerOf(key);
    const name = parseCaName('sub');
    const certificate = await certify('root', 'sub', key, signer);
    const made = await createCaStore(
      home,
      {
        name,
        certificate,
        issuers: [store.certificate],
        parent: 'root',
        trustDomain: 'example.org',
        defaults: { ttl: '24h' },
      },
      { clock, signer },
    );
    const again = openCaStore(home, name, { clock });
    expect(again.info).toEqual({
      schema: 'mtls.ca/1',
      name: 'sub',
      createdAt: clock().toISOString(),
      parent: 'root',
      trustDomain: 'example.org',
      defaults: { ttl: '24h' },
    });
    expect(again.certificate.der).toEqual(certificate.der);
    expect(again.chain.map(({ der }) => der)).toEqual([certificate.der, store.certificate.der]);
    expect(again.head()).toEqual(made.head());
    expect(again.head()).toMatchObject({ commit: 1, totals: { issued: 0, revoked: 0, crl: '0' } });
    expect(again.keyState()).toBe('missing');
    expect([...again.events()]).toMatchObject([{ type: 'created', name: 'sub' }]);
    expect(again.verifyJournal()).toMatchObject({ ok: true, records: 2, commits: 1 });
  });

  it('refuses a name that is taken, and leaves the first', async () => {
    const folder = temporaryFolder();
    const { store } = await makeCa(folder);
    const before = readFileSync(store.paths.key);
    await expect(makeCa(folder)).rejects.toMatchObject({ code: 'CA_EXISTS' });
    expect(readFileSync(store.paths.key)).toEqual(before);
    expect(readdirSync(join(store.paths.folder, '..'))).toEqual(['dev']);
  });

  it('lets one of two win', async () => {
    const folder = temporaryFolder();
    const outcomes = await Promise.allSettled([makeCa(folder), makeCa(folder), makeCa(folder)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(join(folder, '.mtls', 'ca'))).toEqual(['dev']);
    const store = openCaStore(homePaths(join(folder, '.mtls')), parseCaName('dev'), { clock });
    expect(() => store.loadKey()).not.toThrow();
    expect(store.verifyJournal().ok).toBe(true);
  });

  it('leaves nothing when the signer fails', async () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    const key = generateKey('ec-p256');
    const signer = signerOf(key);
    const certificate = await certify('dev', 'dev', key, signer);
    const ca = { name: parseCaName('dev'), certificate, issuers: [] };
    const failing = { ...signer, sign: () => Promise.reject(new Error('token removed')) };
    await expect(createCaStore(home, ca, { clock, signer: failing })).rejects.toThrow();
    const other = signerOf(generateKey('ec-p256'));
    const lying = { ...signer, sign: (message: Uint8Array) => other.sign(message) };
    await expect(createCaStore(home, ca, { clock, signer: lying })).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
    });
    expect(readdirSync(home.cas)).toEqual([]);
  });

  it('clears away what a process left that died while it made a CA', async () => {
    const folder = temporaryFolder();
    const { home } = await makeCa(folder);
    const left = join(home.cas, '.new-half-0123456789abcdef');
    mkdirSync(left);
    writeFileSync(join(left, 'ca.key'), 'secret');
    expect(listCas(home)).toEqual(['dev']);
    await makeCa(folder, 'other');
    expect(existsSync(left)).toBe(false);
    expect(listCas(home)).toEqual(['dev', 'other']);
  });
});

describe('opening', () => {
  it('says which CAs there are when the one named is not there', async () => {
    const folder = temporaryFolder();
    const { home } = await makeCa(folder);
    await makeCa(folder, 'prod');
    const error = thrown(() => openCaStore(home, parseCaName('pord'), { clock }));
    expect(error.code).toBe('CA_NOT_FOUND');
    expect(error.hint).toContain('dev, prod');
    const empty = homePaths(join(folder, 'none'));
    expect(thrown(() => openCaStore(empty, parseCaName('x'), { clock })).hint).toContain('ca init');
  });

  it('chooses the only CA, and asks among several', async () => {
    const folder = temporaryFolder();
    const empty = homePaths(join(folder, '.mtls'));
    expect(listCas(empty)).toEqual([]);
    expect(thrown(() => chooseCa(empty, undefined))).toMatchObject({ code: 'CA_NOT_FOUND' });
    const { home } = await makeCa(folder);
    expect(chooseCa(home, undefined)).toBe('dev');
    expect(chooseCa(home, 'other')).toBe('other');
    await makeCa(folder, 'prod');
    expect(thrown(() => chooseCa(home, undefined))).toMatchObject({
      code: 'CA_AMBIGUOUS',
      data: { names: ['dev', 'prod'] },
    });
    expect(thrown(() => chooseCa(home, '../x'))).toMatchObject({ code: 'BAD_NAME' });
  });

  it('lists folders that are CAs alone', async () => {
    const { home } = await makeCa(temporaryFolder());
    mkdirSync(join(home.cas, 'empty'));
    writeFileSync(join(home.cas, 'file'), '');
    utimesSync(home.cas, 0, 0);
    expect(listCas(home)).toEqual(['dev']);
  });

  it.each([
    ['{"schema":"mtls.ca/2"}', 'STORE_VERSION'],
    ['{"schema":"mtls.ca/x"}', 'STORE_CORRUPT'],
    ['{"schema":"mtls.ca/1"}', 'STORE_CORRUPT'],
    ['{"schema":"mtls.ca/1","name":"dev","createdAt":"x","defaults":[1]}', 'STORE_CORRUPT'],
    ['null', 'STORE_CORRUPT'],
    ['nothing', 'STORE_CORRUPT'],
  ])('refuses a ca.json that reads %s', async (content, code) => {
    const { home, store } = await makeCa(temporaryFolder());
    writeFileSync(store.paths.info, content);
    expect(thrown(() => openCaStore(home, store.name, { clock }))).toMatchObject({ code });
  });

  it('refuses a home of a newer format', async () => {
    const { home, store } = await makeCa(temporaryFolder());
    writeFileSync(home.version, '7\n');
    expect(thrown(() => openCaStore(home, store.name, { clock }))).toMatchObject({
      code: 'STORE_VERSION',
    });
  });

  it('finds the CA’s files by its name', () => {
    const home = homePaths('/h');
    expect(caPaths(home, parseCaName('a')).lock).toBe('/h/ca/a/lock');
  });
});
