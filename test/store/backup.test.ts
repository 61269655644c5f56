// Backups: what a CA is, in one sealed file, and back; and files that are not what they say.
import { createDecipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { packInto } from '../../src/store/backup/container.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { takeBackup } from '../../src/store/backup/take.ts';
import { createCaStore } from '../../src/store/ca-store.ts';
import { homePaths, parseCaName, type CaName, type HomePaths } from '../../src/store/layout.ts';
import { serialText } from '../../src/store/records.ts';
import { SeededRandom } from '../support/random.ts';
import { clock, makeCa, NOW, onPosix, type TestCa } from './support.ts';

const PASSPHRASE = new Uint8Array(Buffer.from('nobody knows'));
let folder = '';
let file = '';
let other: HomePaths;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtls-backup-'));
  file = join(folder, 'dev.backup');
  other = homePaths(join(folder, 'other'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const take = (store: TestCa['store'], force = false) =>
  takeBackup(store, { path: file, passphrase: PASSPHRASE, force, clock, lock: {} });

function restore(name?: CaName, home = other, passphrase = PASSPHRASE) {
  return restoreBackup(home, {
    path: file,
    passphrase: () => Promise.resolve(passphrase),
    name,
    clock,
  });
}

/** The code of what is thrown, and that nothing is left of it. */
async function refused(home = other): Promise<string> {
  const before = existsSync(home.cas) ? readdirSync(home.cas) : [];
  const error = await restore(undefined, home).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MtlsError);
  expect(existsSync(home.cas) ? readdirSync(home.cas) : []).toEqual(before);
  return (error as MtlsError).code;
}

async function caAtWork(): Promise<TestCa> {
  const ca = await makeCa(folder);
  const [first, second] = [await ca.leaf('first'), await ca.leaf('second')];
  await ca.store.transaction({ signer: ca.signer }, (tx) => {
    tx.issued({ certificate: first, profile: 'server', outputs: [] });
    tx.issued({ certificate: second, profile: 'server', outputs: [] });
    tx.revoked({ serial: serialText(first.serial), reason: 'keyCompromise', revokedAt: NOW });
    return Promise.resolve();
  });
  return ca;
}

/** As docs/store-format.md says it, and by nothing of ours. */
function openByHand(bytes: Buffer, passphrase: string): { head: Buffer; plain: Buffer } {
  const head = bytes.subarray(0, 48);
  expect(head.subarray(0, 12).toString()).toBe('mtls backup\n');
  expect(head.readUInt32BE(12)).toBe(1);
  const root = pbkdf2Sync(passphrase, head.subarray(16, 32), 600_000, 32, 'sha256');
  const part = (label: string) => createHmac('sha256', root).update(label).digest();
  expect(part('mtls seal check').subarray(0, 16)).toEqual(head.subarray(32));
  const plain: Buffer[] = [];
  const body = bytes.subarray(48);
  for (let index = 0; index * 65_552 < body.length; index++) {
    const piece = body.subarray(index * 65_552, (index + 1) * 65_552);
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(index, 5, 6);
    nonce[11] = (index + 1) * 65_552 >= body.length ? 1 : 0;
    const cipher = createDecipheriv('aes-256-gcm', part('mtls seal key'), nonce);
    cipher.setAAD(head);
    cipher.setAuthTag(piece.subarray(-16));
    plain.push(cipher.update(piece.subarray(0, -16)), cipher.final());
  }
  return { head, plain: Buffer.concat(plain) };
}

describe('a backup', () => {
  it('is everything of the CA, in the form that is written down', async () => {
    const { store } = await caAtWork();
    const taken = await take(store);
    const { plain } = openByHand(readFileSync(file), 'nobody knows');
    const length = plain.readUInt32BE(0);
    const manifest = JSON.parse(plain.subarray(4, 4 + length).toString()) as {
      files: { name: string; size: number }[];
    };
    expect(manifest).toMatchObject({
      schema: 'mtls.backup/1',
      ca: 'dev',
      takenAt: '2026-03-01T12:00:00.000Z',
      head: store.head(),
    });
    let at = 4 + length;
    for (const { name, size } of manifest.files) {
      const held = plain.subarray(at, at + size);
      expect(held, name).toEqual(readFileSync(join(store.paths.folder, name)));
      at += size;
    }
    expect(at).toBe(plain.length);
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'ca.json',
      'ca.crt',
      'chain.pem',
      'ca.key',
      'journal/HEAD',
      'journal/00000001.jsonl',
      'certs/00000001.pack',
    ]);
    expect(taken).toMatchObject({ files: 7, head: store.head() });
    if (onPosix) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('comes back as it was, under any name, and its CRL numbers jump', async () => {
    const { store, signer } = await caAtWork();
    await take(store);
    const back = await restore();
    expect(back.store.verifyJournal()).toMatchObject({ ok: true, head: store.head() });
    expect([...back.store.records()]).toEqual([...store.records()]);
    expect([...back.store.revocations()]).toEqual([...store.revocations()]);
    expect(back.store.loadKey().publicKey.spki).toEqual(store.certificate.publicKey.spki);
    if (onPosix) {
      const mode = (path: string) => statSync(path).mode & 0o777;
      const { paths } = back.store;
      expect([paths.folder, paths.journal, paths.key, paths.certificate].map(mode)).toEqual([
        0o700, 0o700, 0o600, 0o644,
      ]);
    }
    const number = await back.store.transaction({ signer }, (tx) =>
      Promise.resolve(tx.nextCrlNumber()),
    );
    expect(number).toBe(1_000_000n);
    const second = await restore(parseCaName('again'));
    expect(second.store.info.name).toBe('again');
    await expect(restore()).rejects.toMatchObject({ code: 'CA_EXISTS' });
    await expect(take(store)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await take(store, true);
  });

  it('spans segments and packs, and holds what was imported', async () => {
    const { store, key, signer } = await makeCa(folder);
    const past = Array.from({ length: 12_000 }, (_, index) => ({
      facts: {
        serial: (0x10000 + index).toString(16).padStart(6, '0'),
        notBefore: '2026-01-01T00:00:00Z',
        notAfter: '2027-01-01T00:00:00Z',
        profile: 'imported',
        subject: `CN=host-${index}.example, O=${'a long name '.repeat(10)}`,
        names: [],
      },
      ...(index % 3 === 0 && { revoked: { at: NOW, reason: 'superseded' as const } }),
    }));
    expect(key.publicKey.spki).toEqual(store.certificate.publicKey.spki);
    const big = await createCaStore(
      homePaths(join(folder, 'big')),
      { name: parseCaName('big'), certificate: store.certificate, issuers: [], past },
      { clock, signer },
    );
    expect(big.verifyJournal()).toMatchObject({
      ok: true,
      head: { totals: { issued: 12_000, revoked: 4000 } },
    });
    const { files } = await take(big);
    expect(files).toBeGreaterThan(6);
    const back = await restore();
    expect(back.store.verifyJournal()).toMatchObject({ ok: true, head: big.head() });
    expect([...back.store.revocations()].length).toBe(4000);
    expect(back.store.keyState()).toBe('missing');
  });

  it('is of one moment while others write', async () => {
    const { store, signer, leaf } = await caAtWork();
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        const certificate = await leaf('busy');
        await store.transaction({ signer }, (tx) => {
          tx.issued({ certificate, profile: 'server', outputs: [] });
          return Promise.resolve();
        });
      }
    })();
    for (let round = 0; round < 4; round++) {
      const { head } = await take(store, true);
      const back = await restore(parseCaName(`round-${round}`));
      expect(back.store.verifyJournal()).toMatchObject({ ok: true, head });
    }
    stop.abort();
    await writing;
    expect(store.verifyJournal().ok).toBe(true);
  });

  it('leaves out what a dead writer left behind the last commit', async () => {
    const { store } = await caAtWork();
    const head = store.head();
    appendFileSync(join(store.paths.journal, '00000001.jsonl'), '{"v":1,"n":');
    await take(store);
    const back = await restore();
    expect(back.store.verifyJournal()).toMatchObject({ ok: true, head, unfinished: 0 });
  });

  it('is not taken of a CA whose records do not verify', async () => {
    const { store } = await caAtWork();
    const pack = join(store.paths.certs, '00000001.pack');
    const bytes = readFileSync(pack);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    await expect(take(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(folder)).toEqual(['.mtls']);
  });

  it.runIf(onPosix)('is not taken of a key that others can read', async () => {
    const { store } = await caAtWork();
    chmodSync(store.paths.key, 0o644);
    await expect(take(store)).rejects.toMatchObject({ code: 'HOME_UNSAFE' });
  });
});

describe('a file that is no whole backup', () => {
  it('is refused wherever it was cut', { timeout: 60_000 }, async () => {
    const { store } = await caAtWork();
    await take(store);
    const whole = readFileSync(file);
    for (const length of [
      0,
      5,
      11,
      12,
      15,
      47,
      48,
      60,
      64,
      65,
      whole.length - 17,
      whole.length - 1,
    ]) {
      writeFileSync(file, whole.subarray(0, length));
      expect([length, await refused()]).toEqual([
        length,
        length === 0 ? 'FILE_EMPTY' : length < 12 ? 'NOT_RECOGNIZED' : 'BACKUP_MALFORMED',
      ]);
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.from([0])]));
    expect(await refused()).toBe('BACKUP_MALFORMED');
  });

  it('is refused wherever a bit of it was turned', { timeout: 60_000 }, async () => {
    const { store } = await caAtWork();
    await take(store);
    const whole = readFileSync(file);
    const random = new SeededRandom(6);
    const places = [0, 11, 12, 15, 16, 31, 32, 47, 48, whole.length - 1];
    while (places.length < 24) places.push(random.below(whole.length));
    for (const place of places) {
      const bent = Buffer.from(whole);
      bent[place] = (bent[place] ?? 0) ^ (1 << random.below(8));
      writeFileSync(file, bent);
      const code = await refused();
      const wanted =
        place < 12
          ? ['NOT_RECOGNIZED']
          : place < 16
            ? ['STORE_VERSION', 'BACKUP_MALFORMED']
            : place < 48
              ? ['PASSPHRASE_WRONG']
              : ['BACKUP_MALFORMED'];
      expect(wanted, `octet ${place}`).toContain(code);
    }
  });

  it('is refused when its pieces were moved', async () => {
    const { store } = await caAtWork();
    // Random octets fill pieces of their own
    writeFileSync(store.paths.crl, new Uint8Array(200_000));
    await take(store);
    const whole = readFileSync(file);
    const [first, second] = [48, 48 + 65_552];
    const swapped = Buffer.concat([
      whole.subarray(0, first),
      whole.subarray(second, second + 65_552),
      whole.subarray(first, second),
      whole.subarray(second + 65_552),
    ]);
    writeFileSync(file, swapped);
    expect(await refused()).toBe('BACKUP_MALFORMED');
    writeFileSync(file, Buffer.concat([whole.subarray(0, first), whole.subarray(second)]));
    expect(await refused()).toBe('BACKUP_MALFORMED');
    writeFileSync(file, whole.subarray(0, second));
    expect(await refused()).toBe('BACKUP_MALFORMED');
  });

  it('asks nobody for a passphrase when it is something else', async () => {
    writeFileSync(file, 'PK\u0003\u0004 and so on, long enough to have had a header of a backup');
    const asked = restoreBackup(other, {
      path: file,
      passphrase: () => Promise.reject(new Error('asked')),
      clock,
    });
    await expect(asked).rejects.toMatchObject({ code: 'NOT_RECOGNIZED' });
  });

  it('is refused under another passphrase', async () => {
    const { store } = await caAtWork();
    await take(store);
    const wrong = new Uint8Array(Buffer.from('somebody knows'));
    await expect(restore(undefined, other, wrong)).rejects.toMatchObject({
      code: 'PASSPHRASE_WRONG',
    });
  });
});

describe('a backup made to do harm', () => {
  interface Manifest {
    schema: string;
    ca: unknown;
    head: { hash: string };
    files: { name: string; size: unknown }[];
  }

  /** Seals what a bent manifest says, as somebody who knows the passphrase can. */
  async function sealed(
    bend: (manifest: Manifest) => unknown,
    bendContent: (content: Buffer) => Buffer = (content) => content,
  ): Promise<void> {
    const { store } = await caAtWork();
    await take(store);
    const { plain } = openByHand(readFileSync(file), 'nobody knows');
    const length = plain.readUInt32BE(0);
    const manifest = JSON.parse(plain.subarray(4, 4 + length).toString()) as Manifest;
    const bent = bend(manifest) ?? manifest;
    const text = Buffer.from(typeof bent === 'string' ? bent : JSON.stringify(bent));
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(text.length);
    const parts: Uint8Array[] = [];
    const packer = packInto(PASSPHRASE, (bytes) => parts.push(bytes));
    for (const part of [prefix, text, bendContent(plain.subarray(4 + length))]) packer.add(part);
    packer.end();
    writeFileSync(file, Buffer.concat(parts));
  }

  const rename = (to: string) => (manifest: Manifest) => {
    const last = manifest.files.at(-1);
    if (last) last.name = to;
  };
  const resize = (size: unknown) => (manifest: Manifest) => {
    const [first] = manifest.files;
    if (first) first.size = size;
  };

  it.each([
    ['an absolute path', rename('/etc/passwd')],
    ['a way out', rename('../../../evil')],
    ['a way out within a known name', rename('certs/../../evil.pack')],
    ['another name for a known file', rename('certs//00000001.pack')],
    ['a number in another form', rename('certs/000000001.pack')],
    ['a backslash', rename('certs\\00000001.pack')],
    ['a folder', rename('certs')],
    ['a lock', rename('lock')],
    ['a file twice', rename('ca.json')],
    ['a segment that is missing', rename('journal/00000003.jsonl')],
    ['a name that is none', (m: Manifest) => Object.assign(m, { files: [{ name: 7, size: 1 }] })],
    ['no files', (m: Manifest) => Object.assign(m, { files: [] })],
    ['files that are no list', (m: Manifest) => Object.assign(m, { files: 'all' })],
    ['a size below nothing', resize(-1)],
    ['a size beyond the file', resize(2 ** 50)],
    ['a size that is none', resize('7')],
    ['a head that is none', (m: Manifest) => Object.assign(m, { head: null })],
    ['no name', (m: Manifest) => Object.assign(m, { ca: null })],
    ['no JSON', () => '{'],
    ['null', () => 'null'],
    ['a number', () => '7'],
  ])('is refused: %s', async (_, bend) => {
    await sealed(bend);
    expect(await refused()).toBe('BACKUP_MALFORMED');
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });

  it('is refused: a name that leaves the home', async () => {
    await sealed((manifest) => Object.assign(manifest, { ca: '../../evil' }));
    expect(await refused()).toBe('BAD_NAME');
  });

  it('is refused: a form that is not known yet', async () => {
    await sealed((manifest) => Object.assign(manifest, { schema: 'mtls.backup/2' }));
    expect(await refused()).toBe('STORE_VERSION');
  });

  it('is refused: records that were changed before they were sealed', async () => {
    await sealed(
      () => undefined,
      (content) => {
        const text = content.toString('latin1').replace('keyCompromise', 'cACompromise ');
        return Buffer.from(text, 'latin1');
      },
    );
    expect(await refused()).toBe('STORE_CORRUPT');
  });

  it('is refused: a history that ends elsewhere than it says', async () => {
    await sealed((manifest) => {
      manifest.head.hash = 'A'.repeat(43);
    });
    expect(await refused()).toBe('STORE_CORRUPT');
  });
});
