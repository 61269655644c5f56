import { X509Certificate } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import type { IssuedEvent } from '../../src/store/events.ts';
import { openJournal } from '../../src/store/journal-tail.ts';
import { writeCommit } from '../../src/store/journal-write.ts';
import { packPath, segmentPath } from '../../src/store/layout.ts';
import { serialText } from '../../src/store/records.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { signCrl } from '../../src/x509/crl.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { NOW, clock, makeCa, type TestCa } from './support.ts';

const LATER = new Date('2026-03-02T00:00:00Z');

async function issue({ store, signer, leaf }: TestCa, name: string, replaces?: string) {
  const certificate = await leaf(name);
  await store.transaction({ signer }, (tx) => {
    tx.issued({
      certificate,
      profile: 'server',
      outputs: [{ kind: 'key', path: `/out/${name}.key`, mode: '0640', group: 7 }],
      ...(replaces === undefined ? {} : { replaces }),
    });
    return Promise.resolve();
  });
  return { certificate, serial: serialText(certificate.serial) };
}

describe('a transaction', () => {
  it('records what is issued, so that it can be found, listed and read', async () => {
    const ca = await makeCa(temporaryFolder());
    const { certificate, serial } = await issue(ca, 'api.example');
    const store = openCaStore(ca.home, ca.store.name, { clock });
    const record = store.find(serial);
    expect(record).toMatchObject({
      serial,
      subject: 'CN=api.example',
      names: ['DNS:api.example'],
      profile: 'server',
      notBefore: '2026-03-01T00:00:00Z',
      notAfter: '2026-06-01T00:00:00Z',
      issuedAt: NOW.toISOString(),
      outputs: [{ kind: 'key', path: '/out/api.example.key', mode: '0640', group: 7 }],
    });
    expect([...store.records()]).toEqual([record]);
    expect(store.head().totals).toEqual({ issued: 1, revoked: 0, crl: '0' });
    const ref = record?.certificate;
    if (ref === undefined) throw new Error('no certificate');
    expect(store.readCertificate(ref)).toEqual(certificate.der);
    expect(new X509Certificate(store.readCertificate(ref)).serialNumber.toLowerCase()).toBe(serial);
  });

  it('may commit several times, and sees what it did', async () => {
    const ca = await makeCa(temporaryFolder());
    const { store, signer, leaf } = ca;
    const [one, two] = [await leaf('one'), await leaf('two')];
    const heads = await store.transaction({ signer }, async (tx) => {
      tx.issued({ certificate: one, profile: 'server', outputs: [] });
      expect(tx.find(serialText(one.serial))?.subject).toBe('CN=one');
      expect(store.find(serialText(one.serial))).toBeUndefined();
      const first = await tx.commit();
      expect(store.find(serialText(one.serial))?.subject).toBe('CN=one');
      expect(await tx.commit()).toEqual(first);
      tx.issued({ certificate: two, profile: 'server', outputs: [] });
      return [first, await tx.commit()];
    });
    expect(heads).toMatchObject([
      { commit: 2, totals: { issued: 1 } },
      { commit: 3, totals: { issued: 2 } },
    ]);
    expect(store.verifyJournal()).toMatchObject({ ok: true, commits: 3 });
  });

  it('drops what was not committed when the work fails', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const [one, two] = [await leaf('one'), await leaf('two')];
    const work = store.transaction({ signer }, async (tx) => {
      tx.issued({ certificate: one, profile: 'server', outputs: [] });
      await tx.commit();
      tx.issued({ certificate: two, profile: 'server', outputs: [] });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect([...store.records()].map(({ subject }) => subject)).toEqual(['CN=one']);
    expect(store.verifyJournal().ok).toBe(true);
  });

  it('records nothing after its end', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const certificate = await leaf('late');
    const escaped = await store.transaction({ signer }, (tx) => Promise.resolve(tx));
    expect(
      thrown(() => {
        escaped.issued({ certificate, profile: 'server', outputs: [] });
      }),
    ).toMatchObject({ code: 'INTERNAL' });
  });

  it('is not begun with another key, and writes nothing with a bad signature', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const before = store.head();
    const other = signerOf(generateKey('ec-p256'));
    await expect(
      store.transaction({ signer: other }, () => Promise.resolve()),
    ).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    const lying = { ...signer, sign: (message: Uint8Array) => other.sign(message) };
    const certificate = await leaf('x');
    const work = store.transaction({ signer: lying }, (tx) => {
      tx.issued({ certificate, profile: 'server', outputs: [] });
      return Promise.resolve();
    });
    await expect(work).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    expect(store.head()).toEqual(before);
    expect(store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
  });

  it('writes nothing when its lock was taken away', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const before = store.head();
    const certificate = await leaf('x');
    const work = store.transaction({ signer }, (tx) => {
      tx.issued({ certificate, profile: 'server', outputs: [] });
      rmSync(store.paths.lock);
      return Promise.resolve();
    });
    await expect(work).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(store.head()).toEqual(before);
  });

  it('cuts nothing off that whoever took its lock away has written since', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const { der } = await leaf('x');
    const { end } = openJournal(store.paths, () => true);
    const pack = packPath(store.paths, end.segment);
    const event = {
      type: 'issued',
      at: '2026-01-01T00:00:00Z',
      serial: '01',
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2027-01-01T00:00:00Z',
      profile: 'server',
      subject: 'CN=x',
      names: [],
      outputs: [],
    } as const;
    let looks = 0;
    const mayWrite = (): void => {
      if (++looks < 2) return;
      appendFileSync(pack, 'somebody else');
      throw new Error('taken away');
    };
    const context = { signer, at: new Date(), mayWrite };
    const work = writeCommit(store.paths, end, [{ event, certificate: der }], context);
    await expect(work).rejects.toThrow('taken away');
    expect(readFileSync(pack, 'latin1')).toMatch(/somebody else$/);
    expect(store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
  });

  it('waits for another of this process', async () => {
    const ca = await makeCa(temporaryFolder());
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => issue(ca, name)));
    expect(ca.store.head().totals.issued).toBe(5);
    expect(ca.store.verifyJournal().ok).toBe(true);
  });
});

describe('renewal', () => {
  it('ties the new certificate to the old one', async () => {
    const ca = await makeCa(temporaryFolder());
    const first = await issue(ca, 'api');
    const second = await issue(ca, 'api', first.serial);
    expect(ca.store.find(first.serial)).toMatchObject({ renewedBy: second.serial });
    expect(ca.store.find(second.serial)).toMatchObject({ replaces: first.serial });
    expect([...ca.store.records()]).toEqual([
      ca.store.find(first.serial),
      ca.store.find(second.serial),
    ]);
    expect([...ca.store.events()].map(({ type }) => type)).toEqual([
      'created',
      'issued',
      'renewed',
    ]);
  });
});

describe('revocation', () => {
  it('is recorded once, with what a CRL needs', async () => {
    const ca = await makeCa(temporaryFolder());
    const { store, signer } = ca;
    const { serial } = await issue(ca, 'api');
    await store.transaction({ signer }, (tx) => {
      tx.revoked({ serial, reason: 'keyCompromise', revokedAt: LATER });
      expect(tx.find(serial)?.revoked).toEqual({
        at: LATER.toISOString(),
        reason: 'keyCompromise',
      });
      expect(
        thrown(() => {
          tx.revoked({ serial, reason: 'superseded', revokedAt: LATER });
        }),
      ).toMatchObject({ code: 'ALREADY_REVOKED' });
      return Promise.resolve();
    });
    const revoked = { at: LATER.toISOString(), reason: 'keyCompromise' };
    expect(store.find(serial)?.revoked).toEqual(revoked);
    expect([...store.records()][0]?.revoked).toEqual(revoked);
    expect([...store.revocations()]).toMatchObject([
      {
        serial,
        reason: 'keyCompromise',
        revokedAt: LATER.toISOString(),
        notAfter: '2026-06-01T00:00:00Z',
      },
    ]);
    expect(store.head().totals.revoked).toBe(1);
  });

  it('needs a certificate that was issued', async () => {
    const { store, signer } = await makeCa(temporaryFolder());
    const work = store.transaction({ signer }, (tx) => {
      tx.revoked({ serial: '0badcafe', reason: 'unspecified', revokedAt: LATER });
      return Promise.resolve();
    });
    await expect(work).rejects.toMatchObject({ code: 'CERT_NOT_FOUND' });
  });
});

describe('CRLs', () => {
  it('are numbered, kept as crl.pem, and found again', async () => {
    const { store, signer } = await makeCa(temporaryFolder());
    expect(store.lastCrl()).toBeUndefined();
    for (const expected of [1n, 2n]) {
      await store.transaction({ signer }, async (tx) => {
        const number = tx.nextCrlNumber();
        expect(number).toBe(expected);
        const der = await signCrl(
          {
            issuer: encodeDn(parseDn('CN=dev')),
            thisUpdate: NOW,
            nextUpdate: LATER,
            number,
            authorityKeyId: new Uint8Array(20),
            entries: [],
          },
          signer,
        );
        tx.crl({ number, thisUpdate: NOW, nextUpdate: LATER, entries: 0, der });
        expect(tx.nextCrlNumber()).toBe(expected + 1n);
      });
      expect(store.lastCrl()).toMatchObject({ number: String(expected), entries: 0 });
      expect(readFileSync(store.paths.crl, 'utf8')).toContain('BEGIN X509 CRL');
    }
    expect(store.head().totals.crl).toBe('2');
  });
});

describe('listing', () => {
  it('filters by expiry, profile, name and revocation', async () => {
    const { store, signer, leaf } = await makeCa(temporaryFolder());
    const day = (n: number): Date => new Date(Date.UTC(2026, 3, n));
    const leaves = await Promise.all([1, 2, 3, 4].map((n) => leaf(`n${n}`, day(n))));
    await store.transaction({ signer }, (tx) => {
      for (const [i, certificate] of leaves.entries())
        tx.issued({ certificate, profile: i % 2 === 0 ? 'server' : 'client', outputs: [] });
      const serial = serialText(leaves[1]?.serial ?? new Uint8Array());
      tx.revoked({ serial, reason: 'superseded', revokedAt: NOW });
      return Promise.resolve();
    });
    const listed = (filter: Parameters<typeof store.records>[0]) =>
      [...store.records(filter)].map(({ subject }) => subject);
    expect(listed({ notAfterTo: day(2) })).toEqual(['CN=n1', 'CN=n2']);
    expect(listed({ notAfterFrom: day(3) })).toEqual(['CN=n3', 'CN=n4']);
    expect(listed({ notAfterFrom: day(2), notAfterTo: day(3) })).toEqual(['CN=n2', 'CN=n3']);
    expect(listed({ profile: 'client' })).toEqual(['CN=n2', 'CN=n4']);
    expect(listed({ name: 'n3' })).toEqual(['CN=n3']);
    expect(listed({ name: 'DNS:n3' })).toEqual(['CN=n3']);
    expect(listed({ revoked: true })).toEqual(['CN=n2']);
    expect(listed({ revoked: false, profile: 'client' })).toEqual(['CN=n4']);
  });
});

describe('a long journal', () => {
  it('is written in segments, and appended to without being read', async () => {
    const { home, store, signer, leaf } = await makeCa(temporaryFolder());
    const [one, last] = [await leaf('one'), await leaf('last')];
    const outputs: IssuedEvent['outputs'] = Array.from({ length: 40 }, () => ({
      kind: 'certificate',
      path: `/${'x'.repeat(2000)}`,
    }));
    for (let i = 0; i < 120; i++) {
      const certificate = i === 0 ? one : await leaf(`n${i}`);
      await store.transaction({ signer }, (tx) => {
        tx.issued({ certificate, profile: 'server', outputs });
        return Promise.resolve();
      });
    }
    expect(statSync(segmentPath(store.paths, 3)).size).toBeGreaterThan(0);
    expect(store.verifyJournal()).toMatchObject({ ok: true, commits: 121 });
    expect([...store.records()]).toHaveLength(120);
    expect(store.find(serialText(one.serial))?.subject).toBe('CN=one');

    writeFileSync(segmentPath(store.paths, 1), 'not read when a certificate is issued');
    const again = openCaStore(home, store.name, { clock });
    await again.transaction({ signer }, (tx) => {
      tx.issued({ certificate: last, profile: 'server', outputs: [] });
      return Promise.resolve();
    });
    expect(again.head().totals.issued).toBe(121);
    expect(thrown(() => [...again.records()])).toMatchObject({ code: 'STORE_CORRUPT' });
  });
});
