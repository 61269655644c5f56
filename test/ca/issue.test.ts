import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Authority } from '../../src/ca/authority.ts';
import { deliveryIn } from '../../src/ca/deliver.ts';
import { issue } from '../../src/ca/issue.ts';
import { DAY } from '../../src/base/clock.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { resolveLeaf } from '../../src/profile/resolve.ts';
import type { CaStore, Transaction } from '../../src/store/types.ts';
import { groupCommits } from '../../src/store/group-commit.ts';
import { serialText } from '../../src/store/records.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { caBelow, clock, filesIn, issueTo, NOW, permit, rootCa, type OpenCa } from './support.ts';

const at = String(NOW.getTime() / 1000);

const planFor = (ca: OpenCa, ...names: readonly string[]) =>
  resolveLeaf({ names: names.map((name) => parseIdentityName(name)) }, ca.authority.path, {
    now: NOW,
  });

const deliveryOf = (ca: OpenCa, stem = 'api') => ({
  folder: ca.folder,
  paths: deliveryIn(ca.folder, stem),
});

/** A signer that does as it is told for a while, and then as `turn` says. */
function turning(signer: Signer, after: number, turn: Signer['sign']): Signer {
  let count = 0;
  return {
    ...signer,
    sign: (message) => (++count > after ? turn(message) : signer.sign(message)),
  };
}

/** An authority whose every commit is told of, before and after. */
function observed(
  authority: Authority,
  see: { readonly before?: () => void; readonly after?: () => void },
): Authority {
  const { store } = authority;
  const transaction: CaStore['transaction'] = (options, work) =>
    store.transaction(options, (own) => {
      const commit: Transaction['commit'] = async () => {
        see.before?.();
        const head = await own.commit();
        see.after?.();
        return head;
      };
      return work({ ...own, commit });
    });
  const watched: CaStore = { ...store, transaction, issue: groupCommits(transaction) };
  return { ...authority, store: watched };
}

const nothing = async (ca: OpenCa, run: () => Promise<unknown>, error: object) => {
  const before = ca.authority.store.head();
  const files = filesIn(ca.folder);
  await expect(run()).rejects.toMatchObject(error);
  expect(ca.authority.store.head()).toEqual(before);
  expect([...ca.authority.store.records()]).toEqual([]);
  expect(filesIn(ca.folder)).toEqual(files);
  expect(ca.authority.store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
};

describe('the order of promises', () => {
  it('stages the files, then records, then lets them out', async () => {
    const ca = await rootCa();
    const seen: string[] = [];
    const look = (when: string) => () => {
      const files = filesIn(ca.folder);
      const named = files.filter((name) => /\.(crt|key)$/.test(name)).length;
      const records = [...ca.authority.store.records()].length;
      seen.push(`${when}: ${files.length} files, ${named} named, ${records} recorded`);
    };
    const authority = observed(ca.authority, { before: look('before'), after: look('after') });
    await issue(authority, ca.signer, planFor(ca, 'api.example.org'), {
      clock,
      delivery: deliveryOf(ca),
    });
    look('end')();
    expect(seen).toEqual([
      'before: 3 files, 0 named, 0 recorded',
      'after: 3 files, 0 named, 1 recorded',
      'end: 3 files, 3 named, 1 recorded',
    ]);
  });

  it('leaves no file and no record when the record can not be written', async () => {
    const ca = await rootCa();
    const signer = turning(ca.signer, 1, () => {
      throw new Error('the token was pulled out');
    });
    const run = () =>
      issue(ca.authority, signer, planFor(ca, 'api.example.org'), {
        clock,
        delivery: deliveryOf(ca),
      });
    await nothing(ca, run, { message: 'the token was pulled out' });
    // and the CA goes on as if nothing had been
    await issueTo(ca, ['api.example.org']);
    expect([...ca.authority.store.records()]).toHaveLength(1);
  });

  it('leaves no file and no record when somebody else has the lock', async () => {
    const ca = await rootCa();
    await ca.authority.store.transaction({ signer: ca.signer }, () =>
      nothing(ca, () => issueTo(ca, ['api.example.org'], { lock: { wait: 0 } }), {
        code: 'STORE_LOCKED',
      }),
    );
  });

  it.each(['api.example.org.crt', 'api.example.org.key', 'ca.crt'])(
    'records nothing when %s is there already, and leaves it alone',
    async (name) => {
      const ca = await rootCa();
      const path = join(ca.folder, name);
      writeFileSync(path, 'mine');
      await nothing(ca, () => issueTo(ca, ['api.example.org']), { code: 'FILE_EXISTS' });
      expect(readFileSync(path, 'utf8')).toBe('mine');
    },
  );

  it('takes no file away that comes up in the last moment, and gives out none of its own', async () => {
    const ca = await rootCa();
    const path = join(ca.folder, 'api.key');
    const authority = observed(ca.authority, {
      after: () => {
        writeFileSync(path, 'mine');
      },
    });
    await expect(
      issue(authority, ca.signer, planFor(ca, 'api.example.org'), {
        clock,
        delivery: deliveryOf(ca),
      }),
    ).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(filesIn(ca.folder)).toEqual(['api.key']);
    // What is signed is on record, whether it arrived or not
    expect([...ca.authority.store.records()]).toHaveLength(1);
  });

  it('records no certificate whose signature is wrong', async () => {
    const ca = await rootCa();
    const liar = signerOf(generateKey('ec-p256'));
    const signer = turning(ca.signer, 0, (message) => liar.sign(message));
    const run = () =>
      issue(ca.authority, signer, planFor(ca, 'api.example.org'), {
        clock,
        delivery: { ...deliveryOf(ca), folder: join(ca.folder, 'out') },
      });
    await nothing(ca, run, { code: 'CHAIN_INVALID', data: { fault: 'BAD_SIGNATURE' } });
  });

  it('records no certificate that its CA may not vouch for, whoever planned it', async () => {
    const free = await rootCa();
    const bound = await rootCa({ constraints: permit('example.org') });
    // A plan of the free CA, carried to the bound one
    const plan = planFor(free, 'api.example.net');
    const run = () =>
      issue(bound.authority, bound.signer, plan, { clock, delivery: deliveryOf(bound) });
    await nothing(bound, run, { code: 'CHAIN_INVALID', data: { fault: 'NAME_CONSTRAINT' } });
  });

  it('records no certificate under a CA that has expired since it was planned', async () => {
    const ca = await rootCa({ ttl: DAY });
    const plan = planFor(ca, 'api.example.org');
    const late = { ...plan, notAfter: new Date(NOW.getTime() + 9 * DAY) };
    const run = () =>
      issue(ca.authority, ca.signer, late, {
        clock: () => new Date(NOW.getTime() + 2 * DAY),
        delivery: deliveryOf(ca),
      });
    await nothing(ca, run, { code: 'CHAIN_INVALID', data: { fault: 'EXPIRED' } });
  });
});

describe('what is issued', () => {
  it('is recorded as it is, with the files that a renewal must replace', async () => {
    const ca = await rootCa();
    const { certificate, chain, roots } = await issueTo(ca, ['api.example.org', '10.0.0.7'], {
      keyMode: 0o640,
    });
    const serial = serialText(certificate.serial);
    const paths = deliveryIn(ca.folder, 'api.example.org');
    expect(ca.authority.store.find(serial)).toMatchObject({
      serial,
      profile: 'server',
      subject: 'CN=api.example.org',
      names: ['DNS:api.example.org', 'IP:10.0.0.7'],
      notAfter: '2026-05-30T12:00:00Z',
      outputs: [
        { kind: 'certificate', path: paths.certificate },
        { kind: 'key', path: paths.key, mode: '0640' },
        { kind: 'roots', path: paths.roots },
      ],
    });
    expect(chain).toEqual([certificate]);
    expect(roots).toEqual([ca.authority.certificate]);
    const file = new X509Certificate(readFileSync(paths.certificate));
    expect(file.serialNumber.toLowerCase()).toBe(serial);
    expect(file.checkPrivateKey(createPrivateKey(readFileSync(paths.key)))).toBe(true);
  });

  it('is on record though nobody wants a file', async () => {
    const ca = await rootCa();
    const { outputs, key } = await issueTo(ca, ['api.example.org'], { delivery: undefined });
    expect(outputs).toEqual([]);
    expect(key).toBeDefined();
    expect(filesIn(ca.folder)).toEqual([]);
    expect([...ca.authority.store.records()]).toMatchObject([{ outputs: [] }]);
  });

  it('has a serial number of its own each time, positive and of 20 octets at most', async () => {
    const ca = await rootCa();
    for (const name of ['a.example', 'b.example', 'c.example']) await issueTo(ca, [name]);
    const serials = [...ca.authority.store.records()].map(({ serial }) => serial);
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials) expect(serial).toMatch(/^[0-7][0-9a-f]{1,39}$/);
  });

  it('does not outlive its CA', async () => {
    const ca = await rootCa({ ttl: DAY });
    const { certificate, plan } = await issueTo(ca, ['api.example.org']);
    expect(certificate.notAfter).toEqual(ca.authority.certificate.notAfter);
    expect(plan.warnings).toEqual([expect.stringContaining('shortened to 2026-03-02T12:00:00Z')]);
  });

  it('carries the key that the subject has already, which is not written again', async () => {
    const ca = await rootCa();
    const key = generateKey('ed25519');
    const names = [parseIdentityName('api.example.org')];
    const plan = resolveLeaf({ names, publicKey: key.publicKey }, ca.authority.path, { now: NOW });
    const { paths, folder } = deliveryOf(ca);
    const { certificate, outputs } = await issue(ca.authority, ca.signer, plan, {
      clock,
      key,
      delivery: { folder, paths: { ...paths, key: undefined } },
    });
    expect(certificate.publicKey.spki).toEqual(key.publicKey.spki);
    expect(outputs.map(({ kind }) => kind)).toEqual(['certificate', 'roots']);
    expect(existsSync(paths.key)).toBe(false);
  });

  it.skipIf(!hasOpenssl)('is accepted by openssl with the files beside it alone', async () => {
    const root = await rootCa({ constraints: permit('example.org', '10.0.0.0/8') });
    const sub = await caBelow(root);
    await issueTo(sub, ['api.example.org', '10.0.0.7']);
    const verify = (...more: readonly string[]) =>
      openssl(
        [
          ...['verify', '-x509_strict', '-attime', at, '-CAfile', 'ca.crt'],
          ...['-untrusted', 'api.example.org.crt', ...more, 'api.example.org.crt'],
        ],
        { cwd: root.folder },
      ).toString();
    expect(verify('-purpose', 'sslserver', '-verify_hostname', 'api.example.org')).toContain('OK');
    expect(verify('-purpose', 'sslserver', '-verify_ip', '10.0.0.7')).toContain('OK');
    expect(() => verify('-purpose', 'sslclient')).toThrow('unsuitable certificate purpose');
    expect(() => verify('-verify_hostname', 'www.example.org')).toThrow('hostname mismatch');
  });
});
