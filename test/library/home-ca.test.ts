// CAs in a home, through the library: the store's promises hold for it as for the program.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAuthority } from '../../src/ca/authority.ts';
import { initCa, inspect, match, openCa, verify } from '../../src/index.ts';
import { homePaths } from '../../src/store/layout.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { rejected } from './support.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

it('a home is made, and opened again, its key encrypted', async () => {
  const home = join(temporaryFolder(), 'pki');
  const made = await initCa({ home, name: 'dev', passphrase: 'correct horse', now: NOW });
  expect(made).toMatchObject({ name: 'dev', home });
  const keyFile = join(home, 'ca/dev/ca.key');
  expect(readFileSync(keyFile, 'utf8')).toContain('ENCRYPTED');
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(await rejected(initCa({ home, name: 'dev' }))).toMatchObject({ code: 'CA_EXISTS' });

  const { certificate } = await made.issue('api.test');
  const closed = openCa({ home });
  // Reading needs no key
  expect([...closed.list()].map(({ serial }) => serial)).toEqual([certificate.serial]);
  expect(await rejected(closed.issue('b.test'))).toMatchObject({ code: 'PASSPHRASE_NEEDED' });
  const wrong = openCa({ home, passphrase: 'wrong' });
  expect(await rejected(wrong.issue('b.test'))).toMatchObject({ code: 'PASSPHRASE_WRONG' });
  const opened = openCa({ home, name: 'dev', passphrase: 'correct horse', now: NOW });
  expect((await opened.issue('b.test')).ca).toBe(made.roots);
});

it('what is not there is not opened', async () => {
  const home = temporaryFolder();
  expect(thrown(() => openCa({ home }))).toMatchObject({ code: 'CA_NOT_FOUND' });
  await initCa({ home, name: 'a' });
  await initCa({ home, name: 'b' });
  expect(thrown(() => openCa({ home }))).toMatchObject({ code: 'CA_AMBIGUOUS' });
  expect(thrown(() => openCa({ home, name: 'c' }))).toMatchObject({ code: 'CA_NOT_FOUND' });
  const misspelt = { home, name: 'a', passphrse: 'x' } as never;
  expect(thrown(() => openCa(misspelt))).toMatchObject({ code: 'BAD_OPTION' });
  expect(await rejected(initCa(misspelt))).toMatchObject({ code: 'BAD_OPTION' });
  writeFileSync(join(home, 'file'), '');
  expect(thrown(() => openCa({ home: join(home, 'file') }))).toMatchObject({
    code: 'HOME_NOT_FOUND',
  });
});

it('many at once: each is recorded, once', async () => {
  const home = temporaryFolder();
  await initCa({ home });
  const two = [openCa({ home }), openCa({ home })] as const;
  const issued = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      two[index % 2 === 0 ? 0 : 1].issue(`host-${index}.test`),
    ),
  );
  const serials = issued.map(({ certificate }) => certificate.serial);
  const listed = [...two[0].list()].map(({ serial }) => serial);
  expect([...listed].sort()).toEqual([...serials].sort());
  const { store } = openAuthority(homePaths(home), undefined, () => NOW);
  expect(store.verifyJournal()).toMatchObject({ ok: true });
});

it('revokes by certificate or serial, and writes the list that the home keeps', async () => {
  const home = temporaryFolder();
  const ca = await initCa({ home, now: NOW });
  const a = await ca.issue('a.test');
  const b = await ca.issue('b.test');
  const { crl } = await ca.revoke([a.cert, b.certificate.serial.toUpperCase()]);
  expect(readFileSync(join(home, 'ca/root/crl.pem'), 'utf8')).toBe(crl);
  expect(verify(a.cert, { ca: ca.roots, crl, at: NOW }).fault?.code).toBe('REVOKED');
  const elsewhere = await initCa({ home: temporaryFolder() });
  const c = await elsewhere.issue('c.test');
  expect(await rejected(ca.revoke(c.cert))).toMatchObject({ code: 'CERT_NOT_FOUND' });
  expect(await rejected(ca.revoke(a.cert))).toMatchObject({ code: 'ALREADY_REVOKED' });
  expect(inspect(crl).crls[0]?.entries).toBe(2);
});

it('an intermediate stands in the same home, recorded by its issuer', async () => {
  const home = temporaryFolder();
  const root = await initCa({ home, name: 'root', pathLength: 1 });
  const mesh = await root.intermediate({
    name: 'mesh',
    passphrase: 'pass',
    trustDomain: 'example.org',
  });
  const { cert } = await mesh.issue('spiffe://example.org/api');
  expect(verify(cert, { ca: root.roots, spiffe: 'spiffe://example.org/api' }).ok).toBe(true);
  expect([...root.list()].map(({ profile }) => profile)).toEqual(['intermediate']);
  const again = openCa({ home, name: 'mesh', passphrase: 'pass' });
  expect((await again.issue('spiffe://example.org/b')).certificate.issuer).toBe('CN=mesh');
  expect(await rejected(root.intermediate({ name: '../mesh' }))).toMatchObject({
    code: 'BAD_NAME',
  });
});

it('the home’s own defaults stand where nothing is asked', async () => {
  const home = temporaryFolder();
  const ca = await initCa({ home, now: NOW });
  writeFileSync(join(home, 'config.yaml'), 'ttl: 7d\nkeyType: ed25519\nprofile: peer\n');
  const { certificate } = await ca.issue('a.test');
  expect(certificate).toMatchObject({
    key: 'Ed25519',
    purposes: ['serverAuth', 'clientAuth'],
    notAfter: new Date('2026-03-08T12:00:00Z'),
  });
  const asked = await ca.issue({ names: 'a.test', ttl: '1d', profile: 'client' });
  expect(asked.certificate).toMatchObject({
    purposes: ['clientAuth'],
    notAfter: new Date('2026-03-02T12:00:00Z'),
  });
});

it('nothing is made where it is refused', async () => {
  const home = join(temporaryFolder(), 'pki');
  expect(await rejected(initCa({ home, name: 'a/b' }))).toMatchObject({ code: 'BAD_NAME' });
  expect(await rejected(initCa({ home, ttl: 'soon' }))).toMatchObject({ code: 'BAD_DURATION' });
  expect(await rejected(initCa({ home, passphrase: '' }))).toMatchObject({
    code: 'PASSPHRASE_NEEDED',
  });
  expect(existsSync(home)).toBe(false);
});

it('renews: the same names under fresh dates, with a new key or the old one', async () => {
  const home = temporaryFolder();
  let now = NOW;
  const ca = await initCa({ home, now: () => now });
  const names = ['api.test', 'spiffe://example.org/api'];
  const first = await ca.issue({ names, ttl: '7d', keyType: 'ec-p384' });
  now = new Date('2026-03-06T12:00:00Z');
  const second = await ca.renew(first.cert);
  expect(second.certificate).toMatchObject({
    names: first.certificate.names,
    purposes: first.certificate.purposes,
    key: 'ECDSA P-384',
    notAfter: new Date('2026-03-13T12:00:00Z'),
  });
  expect(match([second.cert, second.key ?? '']).ok).toBe(true);
  expect(second.certificate.spkiSha256).not.toBe(first.certificate.spkiSha256);

  const third = await ca.renew(second.certificate.serial, { reuseKey: true, ttl: '1d' });
  expect(third.key).toBeNull();
  expect(third.certificate).toMatchObject({
    spkiSha256: second.certificate.spkiSha256,
    notAfter: new Date('2026-03-07T12:00:00Z'),
  });
  expect([...ca.list()].map(({ replaces, renewedBy }) => [replaces, renewedBy])).toEqual([
    [null, second.certificate.serial],
    [first.certificate.serial, third.certificate.serial],
    [second.certificate.serial, null],
  ]);
  expect([...ca.list({ expiring: '30d' })].map(({ serial }) => serial)).toEqual([
    third.certificate.serial,
  ]);
  await ca.revoke(third.cert);
  expect(await rejected(ca.renew(third.cert))).toMatchObject({ code: 'ALREADY_REVOKED' });
  expect(await rejected(ca.renew('abcd'))).toMatchObject({ code: 'CERT_NOT_FOUND' });
});
