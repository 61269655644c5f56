import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createIntermediate } from '../../src/ca/create.ts';
import { DAY, YEAR } from '../../src/base/clock.ts';
import { parseDn } from '../../src/name/dn.ts';
import { listCas } from '../../src/store/ca-store.ts';
import { parseCaName } from '../../src/store/layout.ts';
import { serialText } from '../../src/store/records.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { caBelow, clock, NOW, permit, rootCa, type OpenCa } from './support.ts';

const at = String(NOW.getTime() / 1000);

const text = (ca: OpenCa, ...more: readonly string[]) =>
  openssl(['x509', '-in', ca.authority.store.paths.certificate, '-noout', ...more]).toString();

describe('a root CA', () => {
  it('has its key alone in a private file, and a journal that begins with its certificate', async () => {
    const { authority } = await rootCa({ keyType: 'ec-p384' });
    const { store, certificate } = authority;
    expect(certificate.publicKey.type).toBe('ec-p384');
    if (process.platform !== 'win32') {
      expect(statSync(store.paths.key).mode & 0o777).toBe(0o600);
      expect(statSync(store.paths.folder).mode & 0o777).toBe(0o700);
    }
    expect([...store.events()]).toMatchObject([
      { type: 'created', certificate: Buffer.from(certificate.der).toString('base64') },
    ]);
    expect(store.verifyJournal().ok).toBe(true);
  });

  it('is not made where a CA has its name, which stays as it was', async () => {
    const first = await rootCa();
    const key = readFileSync(first.authority.store.paths.key);
    await expect(rootCa({}, first.folder)).rejects.toMatchObject({ code: 'CA_EXISTS' });
    expect(readFileSync(first.authority.store.paths.key)).toEqual(key);
    expect(listCas(first.home)).toEqual(['root']);
  });

  it('leaves nothing behind where it is refused', async () => {
    const first = await rootCa();
    const refused = rootCa({ name: 'other', ttl: 9000 * YEAR }, first.folder);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_TIME' });
    expect(listCas(first.home)).toEqual(['root']);
  });

  it.skipIf(!hasOpenssl)('is a root to openssl, by RFC 5280 to the letter', async () => {
    const ca = await rootCa({ pathLength: 1, constraints: permit('example.org', '10.0.0.0/8') });
    const { certificate: file } = ca.authority.store.paths;
    openssl(['verify', '-x509_strict', '-check_ss_sig', '-attime', at, '-CAfile', file, file]);
    const shown = text(ca, '-ext', 'basicConstraints,keyUsage,nameConstraints,extendedKeyUsage');
    expect(shown).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:1\n/);
    expect(shown).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(shown).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:example.org\s+IP:10.0.0.0\/255.0.0.0\n/,
    );
    expect(shown).not.toContain('Extended Key Usage');
    // 10 years of 365 days, from a start five minutes back
    expect(text(ca, '-dates')).toBe(
      'notBefore=Mar  1 11:55:00 2026 GMT\nnotAfter=Feb 27 12:00:00 2036 GMT\n',
    );
  });
});

describe('a CA below another', () => {
  it('stands in the journal of its parent', async () => {
    const root = await rootCa();
    const sub = await caBelow(root);
    const records = [...root.authority.store.records()];
    expect(records).toMatchObject([
      {
        serial: serialText(sub.authority.certificate.serial),
        profile: 'intermediate',
        subject: 'CN=sub',
        outputs: [],
      },
    ]);
    const [record] = records;
    if (!record?.certificate) throw new Error('the certificate is not kept');
    expect(root.authority.store.readCertificate(record.certificate)).toEqual(
      sub.authority.certificate.der,
    );
    expect(sub.authority.store.info.parent).toBe('root');
    expect([...sub.authority.store.records()]).toEqual([]);
  });

  it('is not recorded where a CA has its name', async () => {
    const root = await rootCa();
    const sub = await caBelow(root);
    const head = root.authority.store.head();
    await expect(caBelow(root, { subject: 'CN=other' })).rejects.toMatchObject({
      code: 'CA_EXISTS',
    });
    expect(root.authority.store.head()).toEqual(head);
    expect(listCas(root.home)).toEqual(['root', 'sub']);
    expect(sub.authority.store.verifyJournal().ok).toBe(true);
  });

  it('is not made when its parent could not record it', async () => {
    const root = await rootCa();
    let signatures = 0;
    const failing = {
      ...root.signer,
      sign: (message: Uint8Array) => {
        // The certificate is signed, the journal is not
        if (++signatures > 1) throw new Error('the token was pulled out');
        return root.signer.sign(message);
      },
    };
    const before = root.authority.store.head();
    const wanted = { name: parseCaName('sub'), request: { subject: parseDn('CN=sub') } };
    await expect(
      createIntermediate({ home: root.home, ...wanted, clock }, root.authority, failing),
    ).rejects.toThrow('the token was pulled out');
    expect(listCas(root.home)).toEqual(['root']);
    expect(root.authority.store.head()).toEqual(before);
  });

  it('is refused under an expired parent, and shortened under one that ends before it', async () => {
    const root = await rootCa({ ttl: 30 * DAY });
    const late = () => new Date(NOW.getTime() + 31 * DAY);
    await expect(caBelow(root, { clock: late })).rejects.toMatchObject({ code: 'ISSUER_EXPIRED' });
    expect([...root.authority.store.records()]).toEqual([]);
    const sub = await caBelow(root);
    expect(sub.authority.certificate.notAfter).toEqual(root.authority.certificate.notAfter);
  });

  it.skipIf(!hasOpenssl)('is accepted below its root by openssl', async () => {
    const root = await rootCa();
    const sub = await caBelow(root, { keyType: 'rsa-2048' });
    openssl([
      ...['verify', '-x509_strict', '-attime', at],
      ...['-CAfile', root.authority.store.paths.certificate],
      sub.authority.store.paths.certificate,
    ]);
    expect(text(sub, '-ext', 'basicConstraints')).toMatch(/critical\s+CA:TRUE, pathlen:0\n/);
  });
});
