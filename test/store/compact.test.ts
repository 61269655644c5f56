import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCa } from '../../src/diagnose/audit/audit.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { takeBackup } from '../../src/store/backup/take.ts';
import { compactJournal, type Compaction } from '../../src/store/compact.ts';
import { MOST_UNPACKED } from '../../src/store/stored-file.ts';
import { homePaths, packPath, segmentPath, type CaPaths } from '../../src/store/layout.ts';
import { linesOfSegment } from '../../src/store/journal-read.ts';
import { openJournal } from '../../src/store/journal-tail.ts';
import type { CaStore } from '../../src/store/types.ts';
import { bundledScript } from '../support/child.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { NOW, clock, makeCa, openTestCa, type TestCa } from './support.ts';

const script = bundledScript('compact-child.ts', import.meta.url);

let model = '';

/** Issues so much that the segment is full: the next commit begins another. */
async function fillSegment({ store, signer, leaf }: TestCa, name: string): Promise<void> {
  const certificates = await Promise.all(
    Array.from({ length: 20 }, (_, number) => leaf(`${name}-${number}.internal`)),
  );
  await store.transaction({ signer }, (tx) => {
    for (const certificate of certificates)
      tx.issued({
        certificate,
        profile: 'server',
        outputs: Array.from({ length: 60 }, (_, number) => ({
          kind: 'certificate',
          path: `/${'x'.repeat(4000)}${number}`,
        })),
      });
    return Promise.resolve();
  });
}

beforeAll(async () => {
  model = mkdtempSync(join(tmpdir(), 'mtls-compact-'));
  const ca = await makeCa(model);
  await fillSegment(ca, 'one');
  await fillSegment(ca, 'two');
  const certificate = await ca.leaf('last.internal');
  const [first] = [...ca.store.records()];
  await ca.store.transaction({ signer: ca.signer }, (tx) => {
    tx.issued({ certificate, profile: 'server', outputs: [] });
    tx.revoked({ serial: first?.serial ?? '', reason: 'superseded', revokedAt: NOW });
    return Promise.resolve();
  });
}, 120_000);

afterAll(() => {
  rmSync(model, { recursive: true, force: true });
});

function copyOfModel(): TestCa {
  const folder = temporaryFolder();
  cpSync(join(model, '.mtls'), join(folder, '.mtls'), { recursive: true });
  return openTestCa(folder);
}

const compact = (store: CaStore): Promise<Compaction> =>
  compactJournal(store, { clock, lock: { wait: 0 } });

async function compacted(): Promise<TestCa> {
  const ca = copyOfModel();
  await compact(ca.store);
  return ca;
}

/** All that a store tells of its records. */
function told(store: CaStore): unknown {
  const records = [...store.records()];
  return {
    events: [...store.events()],
    records,
    revocations: [...store.revocations()],
    found: records.map(({ serial }) => store.find(serial)),
    certificates: records.map(
      ({ certificate }) => certificate && store.readCertificate(certificate),
    ),
    head: store.head(),
    report: store.verifyJournal(),
  };
}

/** What the audit names, without what CAs of these tests do not have. */
function audited({ paths, name }: CaStore): readonly string[] {
  const home = homePaths(join(paths.folder, '../..'));
  const { findings } = auditCa({
    home,
    name,
    paths,
    naming: [],
    now: NOW,
    uid: process.getuid?.(),
    passphrase: undefined,
    insists: false,
    head: undefined,
  });
  return findings
    .filter(({ code }) => !code.startsWith('CRL_'))
    .map(({ code, subject }) => `${code} ${relative(paths.folder, subject)}`);
}

const names = (paths: CaPaths): readonly string[] =>
  [paths.journal, paths.certs].flatMap((folder) => readdirSync(folder).sort());

describe('a journal that is compacted', () => {
  it('has gzip files of the same octets in place of its closed segments and their packs', async () => {
    const { store } = copyOfModel();
    const { paths } = store;
    const plain = [1, 2].flatMap((number) => [segmentPath(paths, number), packPath(paths, number)]);
    const before = plain.map((path) => readFileSync(path));
    expect(await compact(store)).toMatchObject({
      segments: [1, 2],
      records: { files: 2 },
      certificates: { files: 2 },
      tooLarge: [],
    });
    expect(names(paths)).toEqual([
      '00000001.jsonl.gz',
      '00000002.jsonl.gz',
      '00000003.jsonl',
      'HEAD',
      '00000001.pack.gz',
      '00000002.pack.gz',
      '00000003.pack',
    ]);
    // The gzip of zlib itself, as any other program reads it
    const after = plain.map((path) => gunzipSync(readFileSync(`${path}.gz`)));
    expect(after.map((bytes, number) => bytes.equals(before[number] as Buffer))).toEqual(
      plain.map(() => true),
    );
    expect(statSync(`${segmentPath(paths, 1)}.gz`).mode & 0o777).toBe(0o600);
  });

  it('counts what it was and what it became', async () => {
    const { store } = copyOfModel();
    const { paths } = store;
    const sizes = (ending: string): number =>
      [segmentPath(paths, 1), segmentPath(paths, 2)].reduce(
        (sum, path) => sum + statSync(`${path}${ending}`).size,
        0,
      );
    const before = sizes('');
    const { records } = await compact(store);
    expect(records).toEqual({ files: 2, before, after: sizes('.gz') });
    expect(records.after).toBeLessThan(before / 10);
  });

  it('tells the same of every record, with an index and without', async () => {
    const { store } = copyOfModel();
    const before = told(store);
    await compact(store);
    expect(told(store)).toEqual(before);
    rmSync(store.paths.index, { recursive: true });
    expect(told(store)).toEqual(before);
    expect(audited(store)).toEqual([]);
  });

  it('goes on, and is compacted again', async () => {
    const ca = await compacted();
    await fillSegment(ca, 'three');
    await ca.store.transaction({ signer: ca.signer }, async (tx) => {
      tx.issued({ certificate: await ca.leaf('x.internal'), profile: 'server', outputs: [] });
    });
    expect((await compact(ca.store)).segments).toEqual([3]);
    expect(await compact(ca.store)).toMatchObject({ segments: [], records: { files: 0 } });
    expect(ca.store.verifyJournal()).toMatchObject({ ok: true });
    expect(audited(ca.store)).toEqual([]);
  });

  it('has a backup as any other, and comes back plain', async () => {
    const { store } = await compacted();
    const before = store.head();
    const path = join(temporaryFolder(), 'backup');
    const passphrase = Buffer.from('a passphrase');
    await takeBackup(store, { path, passphrase, force: false, clock, lock: {} });
    const home = homePaths(join(temporaryFolder(), '.mtls'));
    const { store: again } = await restoreBackup(home, {
      path,
      passphrase: () => Promise.resolve(passphrase),
      clock,
    });
    expect(again.head()).toEqual(before);
    const original = readFileSync(join(model, '.mtls/ca/dev/journal/00000001.jsonl'));
    expect(readFileSync(segmentPath(again.paths, 1)).equals(original)).toBe(true);
    expect(again.verifyJournal().ok).toBe(true);
  });

  it('is finished by a later run where one died', async () => {
    const { store } = copyOfModel();
    const { paths } = store;
    const [segment, pack] = [segmentPath(paths, 1), packPath(paths, 2)];
    writeFileSync(`${segment}.gz`, gzipSync(readFileSync(segment)), { mode: 0o600 });
    writeFileSync(`${segment}.gz.tmp`, 'half of it', { mode: 0o600 });
    writeFileSync(`${pack}.gz`, gzipSync(readFileSync(pack)));
    rmSync(pack);
    expect(audited(store)).toEqual([]);
    expect((await compact(store)).segments).toEqual([1, 2]);
    expect(names(paths)).toEqual([
      '00000001.jsonl.gz',
      '00000002.jsonl.gz',
      '00000003.jsonl',
      'HEAD',
      '00000001.pack.gz',
      '00000002.pack.gz',
      '00000003.pack',
    ]);
    expect(audited(store)).toEqual([]);
  });

  it('is read from its plain files where both are there', async () => {
    const { store } = await compacted();
    const { paths } = store;
    const [one, two] = [1, 2].map((number) => `${segmentPath(paths, number)}.gz`) as [
      string,
      string,
    ];
    writeFileSync(segmentPath(paths, 1), gunzipSync(readFileSync(one)));
    copyFileSync(two, one);
    expect(store.verifyJournal()).toMatchObject({ ok: true });
    expect((await compact(store)).segments).toEqual([1]);
    expect(store.verifyJournal()).toMatchObject({ ok: true });
  });

  it('is opened with a marker that points into a compacted segment', async () => {
    const ca = copyOfModel();
    const { paths } = ca.store;
    // The commit with which the CA began: the rest of its segment is taken up
    const lines = readFileSync(segmentPath(paths, 1), 'utf8').split('\n').slice(0, 2);
    await compact(ca.store);
    const head = lines.at(-1) ?? '';
    writeFileSync(
      paths.head,
      JSON.stringify({
        v: 1,
        segment: 1,
        length: Buffer.byteLength(`${lines.join('\n')}\n`),
        headLength: Buffer.byteLength(head) + 1,
        hash: createHash('sha256').update(head).digest('base64url'),
      }),
    );
    expect(ca.store.head().commit).toBe(4);
    await ca.store.transaction({ signer: ca.signer }, async (tx) => {
      expect(tx.notices.map(({ code }) => code)).toEqual(['HEAD_BEHIND']);
      tx.issued({ certificate: await ca.leaf('x.internal'), profile: 'server', outputs: [] });
    });
    expect(ca.store.verifyJournal()).toMatchObject({ ok: true, commits: 5 });
  });
});

describe('what is not compacted', () => {
  it('is a segment that does not hold what was written, nor any beside it', async () => {
    const { store } = copyOfModel();
    const { paths } = store;
    const path = segmentPath(paths, 2);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('CN=two-7.', 'CN=two-8.'));
    const before = names(paths);
    await expect(compact(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT', data: { path } });
    expect(names(paths)).toEqual(before);
    writeFileSync(path, text.slice(0, text.lastIndexOf('{"v":1')));
    await expect(compact(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT', data: { path } });
    writeFileSync(path, text);
    const pack = readFileSync(packPath(paths, 1));
    pack[100] = 0xff & ~(pack[100] as number);
    writeFileSync(packPath(paths, 1), pack);
    await expect(compact(store)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      data: { path: packPath(paths, 1) },
    });
    expect(names(paths)).toEqual(before);
  });

  it('is a segment that the marker has not gone past', async () => {
    const { store } = await makeCa(temporaryFolder());
    expect(await compact(store)).toMatchObject({ segments: [] });
    expect(names(store.paths)).toEqual(['00000001.jsonl', 'HEAD', '00000001.pack']);
  });

  it('is a pack without certificates', async () => {
    const ca = await makeCa(temporaryFolder());
    await ca.store.transaction({ signer: ca.signer }, (tx) => {
      for (let number = 1n; number <= 25_000n; number++)
        tx.crl({
          number,
          thisUpdate: NOW,
          nextUpdate: NOW,
          entries: 0,
          der: Uint8Array.of(0x30, 0),
        });
      return Promise.resolve();
    });
    await ca.store.transaction({ signer: ca.signer }, async (tx) => {
      tx.issued({ certificate: await ca.leaf('x.internal'), profile: 'server', outputs: [] });
    });
    expect(await compact(ca.store)).toMatchObject({ segments: [1], certificates: { files: 0 } });
    expect(readdirSync(ca.store.paths.certs)).toEqual(['00000001.pack', '00000002.pack']);
    expect(ca.store.verifyJournal()).toMatchObject({ ok: true });
  });

  it('is what another holds the lock of', async () => {
    const { store, signer } = copyOfModel();
    await store.transaction({ signer }, async () => {
      await expect(compact(store)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    });
    expect(names(store.paths)).not.toContain('00000001.jsonl.gz');
  });
});

type Edit = (paths: CaPaths) => void;
const gz = (paths: CaPaths, number: number): string => `${segmentPath(paths, number)}.gz`;
const packGz = (paths: CaPaths, number: number): string => `${packPath(paths, number)}.gz`;

/** Changes what a compacted file holds, under checksums that are right. */
function rewrite(path: string, from: string, to: string): void {
  const text = gunzipSync(readFileSync(path)).toString('latin1');
  expect(text).toContain(from);
  writeFileSync(path, gzipSync(Buffer.from(text.replace(from, to), 'latin1')));
}

function changeOctet(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = 0xff & ~(bytes[at] as number);
  writeFileSync(path, bytes);
}

const SEGMENT_1 = 'journal/00000001.jsonl';
const SEGMENT_2 = 'journal/00000002.jsonl';

const EDITS: readonly [string, Edit, readonly string[]][] = [
  [
    'an octet of a segment changed',
    (paths) => {
      changeOctet(gz(paths, 2));
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'a segment cut',
    (paths) => {
      truncateSync(gz(paths, 2), statSync(gz(paths, 2)).size - 100);
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'a segment emptied',
    (paths) => {
      writeFileSync(gz(paths, 2), '');
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'something behind a segment',
    (paths) => {
      appendFileSync(gz(paths, 2), 'more');
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'another length behind a segment',
    (paths) => {
      // gunzip passes over zeros behind the end
      const zeros = Buffer.alloc(8);
      zeros.writeUInt32LE(6_000_000, 4);
      appendFileSync(gz(paths, 2), zeros);
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'the first segment cut, of which a certificate was revoked later',
    (paths) => {
      truncateSync(gz(paths, 1), statSync(gz(paths, 1)).size - 100);
    },
    [`SEGMENT_DAMAGED ${SEGMENT_1}.gz`],
  ],
  [
    'a second member behind a segment',
    (paths) => {
      appendFileSync(gz(paths, 2), gzipSync('more'));
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'a segment that unpacks to more than may be',
    (paths) => {
      writeFileSync(gz(paths, 2), gzipSync(Buffer.alloc(MOST_UNPACKED + 1)));
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'a segment that unpacks to more than it says',
    (paths) => {
      const packed = gzipSync(Buffer.alloc(MOST_UNPACKED));
      packed.writeUInt32LE(1000, packed.length - 4);
      writeFileSync(gz(paths, 2), packed);
    },
    [`SEGMENT_DAMAGED ${SEGMENT_2}.gz`],
  ],
  [
    'a segment removed',
    (paths) => {
      rmSync(gz(paths, 2));
    },
    [`SEGMENT_MISSING ${SEGMENT_2}`],
  ],
  [
    'a record of a segment changed, and packed anew',
    (paths) => {
      rewrite(gz(paths, 1), 'CN=one-7.', 'CN=one-6.');
    },
    [`RECORD_CHANGED ${SEGMENT_1}`],
  ],
  [
    'an octet of a pack changed',
    (paths) => {
      changeOctet(packGz(paths, 1));
    },
    ['PACK_DAMAGED certs/00000001.pack.gz'],
  ],
  [
    'a pack removed',
    (paths) => {
      rmSync(packGz(paths, 1));
    },
    ['CERTIFICATE_MISSING certs/00000001.pack', 'PACK_MISSING certs/00000001.pack'],
  ],
  [
    'a certificate of a pack changed, and packed anew',
    (paths) => {
      rewrite(packGz(paths, 1), 'one-7.', 'one-6.');
    },
    ['CERTIFICATE_CHANGED certs/00000001.pack'],
  ],
];

describe('an audit of what is compacted', () => {
  it.each(EDITS)('names the edit: %s', async (_, edit, expected) => {
    const { store } = await compacted();
    edit(store.paths);
    const found = new Set(audited(store));
    expect([...found].filter((one) => !one.startsWith('RECORD_MISSING')).sort()).toEqual(expected);
    const isPack = expected.some((one) => one.includes('certs/'));
    expect([...found].some((one) => one.startsWith('RECORD_MISSING'))).toBe(
      !isPack && !expected[0]?.startsWith('RECORD_CHANGED'),
    );
  });

  it('names what stands in the place of a segment and of a pack', async () => {
    const { store } = await compacted();
    copyFileSync(gz(store.paths, 1), gz(store.paths, 2));
    copyFileSync(packGz(store.paths, 2), packGz(store.paths, 1));
    const found = audited(store);
    expect(found).toContain(`RECORD_MOVED ${SEGMENT_2}`);
    expect(found).toContain('CERTIFICATE_CHANGED certs/00000001.pack');
  });
});

describe('a damaged compacted file', () => {
  it.each<[string, Edit, string]>([
    [
      'changed',
      (paths) => {
        changeOctet(gz(paths, 1));
      },
      'it is not what was written',
    ],
    [
      'cut',
      (paths) => {
        const bytes = readFileSync(gz(paths, 1));
        const cut = bytes.subarray(0, bytes.length - 400);
        // It still says how long it was
        writeFileSync(gz(paths, 1), Buffer.concat([cut, bytes.subarray(-4)]));
      },
      'it was cut',
    ],
    [
      'too short',
      (paths) => {
        truncateSync(gz(paths, 1), 3);
      },
      'it was cut',
    ],
    [
      'larger than may be',
      (paths) => {
        writeFileSync(gz(paths, 1), gzipSync(Buffer.alloc(MOST_UNPACKED + 1)));
      },
      'it does not have the length that it says',
    ],
    [
      'a bomb',
      (paths) => {
        const packed = gzipSync(Buffer.alloc(MOST_UNPACKED));
        packed.writeUInt32LE(4_300_000, packed.length - 4);
        writeFileSync(gz(paths, 1), packed);
      },
      'it does not have the length that it says',
    ],
  ])('is no list with a part left out: %s', async (_, edit, what) => {
    const { store } = await compacted();
    edit(store.paths);
    const error = thrown(() => [...store.records()]);
    expect(error).toMatchObject({
      code: 'STORE_CORRUPT',
      message: `"${gz(store.paths, 1)}" can not be unpacked: ${what}`,
    });
    expect(thrown(() => [...store.events()])).toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('is no certificate, and does not hide those of other packs', async () => {
    const { store } = await compacted();
    changeOctet(packGz(store.paths, 1));
    const records = [...store.records()];
    const read = (number: number): unknown => {
      const ref = records[number]?.certificate;
      return ref && store.readCertificate(ref);
    };
    for (let turn = 0; turn < 2; turn++)
      expect(thrown(() => read(0))).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(read(25)).toBeInstanceOf(Uint8Array);
  });

  it('behind the last commit is refused by writers, not taken for a torn write', async () => {
    const ca = await compacted();
    const { paths } = ca.store;
    writeFileSync(gz(paths, 4), gzipSync('{"v":1,"n":'));
    await expect(
      ca.store.transaction({ signer: ca.signer }, () => Promise.resolve()),
    ).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(existsSync(paths.aside)).toBe(false);
  });
});

describe('readers', () => {
  it('go on where a file was compacted under their hands', async () => {
    const { store } = copyOfModel();
    const { paths } = store;
    const before = told(store);
    const { end } = openJournal(paths, () => true);
    const lines = [1, 2].map((number) => linesOfSegment(paths, number, end));
    const events = store.events()[Symbol.iterator]();
    const records = store.records()[Symbol.iterator]();
    const revocations = store.revocations()[Symbol.iterator]();
    const first = [events.next().value, records.next().value];
    await compact(store);
    expect(lines.map((one) => [...one].length)).toEqual([23, 21]);
    expect({
      ...(before as object),
      events: [first[0], ...rest(events)],
      records: [first[1], ...rest(records)],
      revocations: rest(revocations),
    }).toEqual(before);
  });

  it('never fail while journals are compacted', async () => {
    const stores = Array.from({ length: 6 }, () => copyOfModel().store);
    const [one] = stores;
    const before = one && told(one);
    const folders = stores.map(({ paths }) => join(paths.folder, '../../..'));
    const child = spawn(process.execPath, [script(), ...folders], { stdio: 'inherit' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    while (child.exitCode === null) {
      for (const store of stores) expect(told(store)).toEqual(before);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ended).toBe(0);
    for (const { paths } of stores) expect(names(paths)).toContain('00000002.pack.gz');
  }, 60_000);
});

function rest<T>(iterator: Iterator<T>): readonly T[] {
  const items: T[] = [];
  for (let next = iterator.next(); next.done !== true; next = iterator.next())
    items.push(next.value);
  return items;
}
