// A fixture whose key anybody has never becomes a CA, and its keys are never certified.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAuthority } from '../../src/ca/authority.ts';
import { issuerOf } from '../../src/ca/issuer.ts';
import { privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { loadCa } from '../../src/index.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import { createCaStore, listCas } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName } from '../../src/store/layout.ts';
import type { TestPki } from '../../src/testing/pki.ts';
import { seeded } from '../../src/testing/seeded/index.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { isTestFixture, refuseTestFixtures } from '../../src/x509/test-mark.ts';
import { rootCa } from '../ca/support.ts';
import { clock, certify, makeCa } from '../store/support.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';

const read = (pem: string) => parseCertificate(new X509Certificate(pem).raw);
const keyOf = (pem: string) =>
  privateKeyFromPkcs8(createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }));

let pki: TestPki;
let rsa: TestPki;
beforeAll(async () => {
  const { createTestPki } = await seeded('refused');
  pki = createTestPki({ intermediate: true });
  rsa = createTestPki({ keyType: 'rsa-2048' });
});

describe('a CA from a seed', () => {
  it('is not put into a home', async () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    const { cert, key } = pki.ca;
    const ca = { name: parseCaName('dev'), certificate: read(cert), issuers: [], keyPem: key };
    const put = createCaStore(home, ca, { clock, signer: signerOf(keyOf(key)) });
    await expect(put).rejects.toMatchObject({ code: 'TEST_FIXTURE' });
    expect(listCas(home)).toEqual([]);
  });

  it('is not put into a home as the issuer of another', async () => {
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    const key = keyOf(pki.server.key);
    const certificate = await certify('root', 'plain', key, signerOf(key));
    expect(isTestFixture(certificate)).toBe(false);
    const ca = { name: parseCaName('dev'), certificate, issuers: [read(pki.ca.cert)] };
    const put = createCaStore(home, ca, { clock, signer: signerOf(key) });
    await expect(put).rejects.toMatchObject({ code: 'TEST_FIXTURE' });
  });

  it('is not opened where somebody has put it by hand', async () => {
    const folder = temporaryFolder();
    const { home, store } = await makeCa(folder);
    const open = () => openAuthority(home, 'dev', clock);
    expect(open().certificate.der).toEqual(store.certificate.der);
    const { certificate, chain, key } = store.paths;
    for (const path of [certificate, chain]) writeFileSync(path, pki.ca.cert);
    writeFileSync(key, pki.ca.key);
    expect(thrown(open)).toMatchObject({ code: 'TEST_FIXTURE' });
  });

  it('is not opened above a CA', async () => {
    const { home, store } = await makeCa(temporaryFolder());
    const own = new X509Certificate(store.certificate.der).toString();
    writeFileSync(store.paths.chain, own + pki.ca.cert);
    expect(thrown(() => openAuthority(home, 'dev', clock)).code).toBe('TEST_FIXTURE');
  });

  it('issues nothing from memory', async () => {
    const { authority } = await rootCa();
    const at = (pems: readonly (string | undefined)[]) => () =>
      issuerOf(
        authority.store,
        pems.map((pem) => read(pem ?? '')),
      );
    for (const path of [[pki.ca.cert], [pki.intermediate?.cert, pki.ca.cert]])
      expect(thrown(at(path))).toMatchObject({
        code: 'TEST_FIXTURE',
        message: expect.stringContaining('anybody has its key') as string,
      });
  });

  it('is not taken by the library', () => {
    const { cert, key } = pki.ca;
    expect(thrown(() => loadCa({ cert, key })).code).toBe('TEST_FIXTURE');
    const chain = `${pki.intermediate?.cert}${cert}`;
    const below = { cert: chain, key: pki.intermediate?.key ?? '' };
    expect(thrown(() => loadCa(below)).code).toBe('TEST_FIXTURE');
  });

  it('is known by its RSA key where the mark was left out', async () => {
    const key = keyOf(rsa.ca.key);
    const unmarked = await certify('root', 'root', key, signerOf(key));
    expect(unmarked.extensions.map(({ oid }) => oid)).toEqual(['2.5.29.17']);
    expect(
      thrown(() => {
        refuseTestFixtures([unmarked]);
      }).code,
    ).toBe('TEST_FIXTURE');
  });
});

describe('a key that is public', () => {
  it('is not certified', async () => {
    const { authority } = await rootCa();
    const plan = (pem: string) => () =>
      resolveLeaf(
        { names: [parseIdentityName('api.test')], publicKey: keyOf(pem).publicKey },
        authority.path,
        { now: clock() },
      );
    expect(thrown(plan(rsa.server.key))).toMatchObject({ code: 'TEST_FIXTURE' });
    // Nothing tells a key that a seed made from one that chance made
    expect(plan(pki.server.key)().names).toHaveLength(1);
  });
});
