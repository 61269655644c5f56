import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAuthority } from '../../src/ca/authority.ts';
import { issueCrl } from '../../src/ca/crl.ts';
import { revoke, type RevokeOptions } from '../../src/ca/revoke.ts';
import { toHex } from '../../src/base/bytes.ts';
import { DAY, HOUR, YEAR } from '../../src/base/clock.ts';
import { parsePem } from '../../src/codec/pem.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { verifySignature } from '../../src/crypto/verify.ts';
import { serialText, type IssuedRecord } from '../../src/store/records.ts';
import { parseCrl, type Crl } from '../../src/x509/crl.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { caBelow, clock, issueTo, NOW, rootCa, type OpenCa } from './support.ts';

const after = (length: number) => new Date(NOW.getTime() + length);

function recordOf(ca: OpenCa, certificate: Certificate): IssuedRecord {
  const record = ca.authority.store.find(serialText(certificate.serial));
  if (!record) throw new Error('no record');
  return record;
}

/** Issues for each of these names and answers their records. */
async function issued(ca: OpenCa, ...names: readonly string[]): Promise<IssuedRecord[]> {
  const records: IssuedRecord[] = [];
  for (const name of names) records.push(recordOf(ca, (await issueTo(ca, [name])).certificate));
  return records;
}

const revokeAt = (
  ca: OpenCa,
  records: readonly IssuedRecord[],
  at: Date,
  more: Partial<RevokeOptions> = {},
) =>
  revoke(
    openAuthority(ca.home, ca.authority.store.name, () => at),
    ca.signer,
    records,
    {
      clock: () => at,
      reason: 'unspecified',
      ...more,
    },
  );

const crlAt = (ca: OpenCa, at: Date, ttl?: number) =>
  issueCrl(
    openAuthority(ca.home, ca.authority.store.name, () => at),
    ca.signer,
    {
      clock: () => at,
      ttl,
    },
  );

/** The CRL that lies in the CA's folder. */
function published(ca: OpenCa): Crl {
  const [block] = parsePem(readFileSync(ca.authority.store.paths.crl));
  if (block?.label !== 'X509 CRL') throw new Error('no CRL');
  return parseCrl(block.bytes);
}

const listed = (crl: Crl) => [...crl.entries].map(({ serial }) => serialText(serial));

describe('a revocation', () => {
  it('and the CRL that says so are one commit', async () => {
    const ca = await rootCa();
    const [one, two] = await issued(ca, 'one.example', 'two.example');
    if (!one || !two) throw new Error('nothing issued');
    const before = ca.authority.store.head();
    const { crl, entries } = await revokeAt(ca, [one], after(HOUR), { reason: 'keyCompromise' });
    const head = ca.authority.store.head();
    expect(head).toMatchObject({
      commit: before.commit + 1,
      totals: { issued: 2, revoked: 1, crl: '1' },
    });
    expect([...ca.authority.store.events()].slice(-2)).toMatchObject([
      { type: 'revoked', serial: one.serial, reason: 'keyCompromise' },
      { type: 'crl', number: '1', entries: 1 },
    ]);
    expect(entries).toBe(1);
    expect(toHex(published(ca).der)).toBe(toHex(crl.der));
    expect([...crl.entries]).toMatchObject([{ reason: 'keyCompromise', revokedAt: after(HOUR) }]);
    expect(listed(crl)).toEqual([one.serial]);
    expect(ca.authority.store.find(one.serial)?.revoked?.reason).toBe('keyCompromise');
    expect(ca.authority.store.find(two.serial)?.revoked).toBeUndefined();
  });

  it('stays on every CRL that follows, whose numbers go up', async () => {
    const ca = await rootCa();
    const [one, two] = await issued(ca, 'one.example', 'two.example');
    if (!one || !two) throw new Error('nothing issued');
    const first = await revokeAt(ca, [one], after(HOUR));
    const second = await revokeAt(ca, [two], after(2 * HOUR));
    const third = await crlAt(ca, after(3 * HOUR));
    expect([first, second, third].map(({ crl }) => crl.number)).toEqual([1n, 2n, 3n]);
    expect(listed(second.crl)).toEqual([one.serial, two.serial]);
    expect(listed(third.crl)).toEqual([one.serial, two.serial]);
    expect(third.crl.thisUpdate).toEqual(after(3 * HOUR));
  });

  it('may say since when, and what for', async () => {
    const ca = await rootCa();
    const records = await issued(ca, 'one.example');
    const { crl } = await revokeAt(ca, records, after(9 * DAY), {
      revokedAt: after(2 * DAY + 400),
      reason: 'superseded',
    });
    expect([...crl.entries]).toMatchObject([{ reason: 'superseded', revokedAt: after(2 * DAY) }]);
    // The record says what the list says
    expect([...ca.authority.store.revocations()]).toMatchObject([
      { reason: 'superseded', revokedAt: after(2 * DAY).toISOString() },
    ]);
  });

  it('of several is all of them or none', async () => {
    const ca = await rootCa();
    const [one, two] = await issued(ca, 'one.example', 'two.example');
    if (!one || !two) throw new Error('nothing issued');
    await revokeAt(ca, [two], after(HOUR));
    const head = ca.authority.store.head();
    await expect(revokeAt(ca, [one, two], after(2 * HOUR))).rejects.toMatchObject({
      code: 'ALREADY_REVOKED',
    });
    await expect(revokeAt(ca, [one, one], after(2 * HOUR))).rejects.toMatchObject({
      code: 'ALREADY_REVOKED',
    });
    const stranger = { ...one, serial: '7fff' };
    await expect(revokeAt(ca, [one, stranger], after(2 * HOUR))).rejects.toMatchObject({
      code: 'CERT_NOT_FOUND',
    });
    expect(ca.authority.store.head()).toEqual(head);
    expect(ca.authority.store.find(one.serial)?.revoked).toBeUndefined();
    expect(published(ca).number).toBe(1n);
  });

  it('is not recorded when its CRL can not be signed', async () => {
    const ca = await rootCa();
    const records = await issued(ca, 'one.example');
    const head = ca.authority.store.head();
    const liar = signerOf(generateKey('ec-p256'));
    const lying = { ...ca.signer, sign: (message: Uint8Array) => liar.sign(message) };
    const run = revoke(ca.authority, lying, records, { clock, reason: 'unspecified' });
    await expect(run).rejects.toMatchObject({ code: 'CHAIN_INVALID' });
    expect(ca.authority.store.head()).toEqual(head);
    expect(ca.authority.store.find(records[0]?.serial ?? '')?.revoked).toBeUndefined();
  });

  it('sees what others have revoked since the CA was opened', async () => {
    const ca = await rootCa();
    const [one, two] = await issued(ca, 'one.example', 'two.example');
    if (!one || !two) throw new Error('nothing issued');
    const opened = openAuthority(ca.home, 'root', clock);
    await revokeAt(ca, [one], NOW);
    const { crl } = await revoke(opened, ca.signer, [two], { clock, reason: 'unspecified' });
    expect(listed(crl)).toEqual([one.serial, two.serial]);
    expect(crl.number).toBe(2n);
  });
});

describe('a CRL', () => {
  it('holds for thirty days, or as long as is said, and not beyond its CA', async () => {
    const ca = await rootCa({ ttl: 100 * DAY });
    const next = async (at: Date, ttl?: number) => (await crlAt(ca, at, ttl)).crl.nextUpdate;
    expect(await next(after(400))).toEqual(after(30 * DAY));
    expect(await next(after(DAY), 6 * HOUR)).toEqual(after(DAY + 6 * HOUR));
    expect(await next(after(90 * DAY))).toEqual(ca.authority.certificate.notAfter);
    const head = ca.authority.store.head();
    await expect(next(after(100 * DAY))).rejects.toMatchObject({ code: 'ISSUER_EXPIRED' });
    await expect(next(after(101 * DAY))).rejects.toMatchObject({ code: 'ISSUER_EXPIRED' });
    expect(ca.authority.store.head()).toEqual(head);
  });

  it('of nothing revoked is empty, and signed by the CA', async () => {
    const root = await rootCa();
    const ca = await caBelow(root);
    const { crl, entries } = await crlAt(ca, NOW);
    const { certificate } = ca.authority;
    expect(entries).toBe(0);
    expect([...crl.entries]).toEqual([]);
    expect(toHex(crl.issuerDer)).toBe(toHex(certificate.subjectDer));
    expect(crl.authorityKeyId?.keyId).toEqual(certificate.subjectKeyId);
    const { signer } = ca;
    expect(verifySignature(signer.algorithm, certificate.publicKey, crl.tbs, crl.signature)).toBe(
      true,
    );
    expect(root.authority.store.lastCrl()).toBeUndefined();
  });

  // RFC 5280 §3.3: not before it has been on one CRL issued beyond the certificate's validity
  it('lets an entry go after one CRL beyond the certificate’s expiry, however late that comes', async () => {
    const ca = await rootCa({ ttl: 3 * YEAR });
    const records = await issued(ca, 'one.example');
    await revokeAt(ca, records, after(DAY));
    const count = async (days: number) => (await crlAt(ca, after(days * DAY))).entries;
    expect(await count(80)).toBe(1);
    // Expired on day 90; this is the first CRL since
    expect(await count(300)).toBe(1);
    expect(await count(301)).toBe(0);
    expect(await count(302)).toBe(0);
  });

  it('names one that is revoked after its expiry', async () => {
    const ca = await rootCa({ ttl: 3 * YEAR });
    const records = await issued(ca, 'one.example');
    await crlAt(ca, after(300 * DAY));
    const { crl } = await revokeAt(ca, records, after(301 * DAY));
    expect(listed(crl)).toEqual([records[0]?.serial]);
  });
});

describe.skipIf(!hasOpenssl)('openssl', () => {
  const at = String(after(2 * HOUR).getTime() / 1000);

  it('reads the list: number, dates, serials, reasons', async () => {
    const ca = await rootCa();
    const records = await issued(ca, 'one.example', 'two.example');
    await revokeAt(ca, records, after(HOUR), { reason: 'keyCompromise' });
    const text = openssl([
      ...['crl', '-in', ca.authority.store.paths.crl, '-noout', '-text'],
      ...['-CAfile', ca.authority.store.paths.certificate],
    ]).toString();
    expect(text).toContain('Version 2');
    expect(text).toContain('Last Update: Mar  1 13:00:00 2026 GMT');
    expect(text).toContain('Next Update: Mar 31 13:00:00 2026 GMT');
    expect(text).toMatch(/X509v3 CRL Number: \n\s+1\n/);
    for (const { serial } of records)
      expect(text).toMatch(
        new RegExp(
          `Serial Number: ${serial.toUpperCase()}\\n\\s+Revocation Date: Mar  1 13:00:00 2026 GMT` +
            `\\n\\s+CRL entry extensions:\\n\\s+X509v3 CRL Reason Code: \\n\\s+Key Compromise`,
        ),
      );
  });

  it('refuses the revoked and takes the others, with the whole path’s CRLs', async () => {
    const root = await rootCa();
    const ca = await caBelow(root);
    const [one] = await issued(ca, 'one.example', 'two.example');
    if (!one) throw new Error('nothing issued');
    await crlAt(root, after(HOUR));
    await revokeAt(ca, [one], after(HOUR));
    const crls = [root, ca].map(({ authority }) => readFileSync(authority.store.paths.crl, 'utf8'));
    writeFileSync(join(ca.folder, 'crls.pem'), crls.join(''));
    const verify = (name: string) =>
      openssl(
        [
          ...['verify', '-x509_strict', '-attime', at, '-crl_check_all', '-CRLfile', 'crls.pem'],
          ...['-CAfile', 'ca.crt', '-untrusted', `${name}.crt`, `${name}.crt`],
        ],
        { cwd: ca.folder },
      ).toString();
    expect(verify('two.example')).toContain('two.example.crt: OK');
    expect(() => verify('one.example')).toThrow('certificate revoked');
  });
});
