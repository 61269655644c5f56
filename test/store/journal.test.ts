import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/base/bytes.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf } from '../../src/crypto/sign.ts';
import { writeCommit } from '../../src/store/journal-write.ts';
import { openJournal } from '../../src/store/journal-tail.ts';
import { openCaStore } from '../../src/store/ca-store.ts';
import { homePaths, packPath, segmentPath, type CaPaths } from '../../src/store/layout.ts';
import { serialText } from '../../src/store/records.ts';
import { headCheck } from '../../src/store/rotation.ts';
import type { JournalFault } from '../../src/store/audit-report.ts';
import type { CaStore, StoreNotice } from '../../src/store/types.ts';
import { temporaryFolder } from '../support/program.ts';
import { thrown } from '../support/thrown.ts';
import { NOW, certify, clock, makeCa, type TestCa } from './support.ts';

const textOf = (path: string): string => readFileSync(path, 'utf8');

async function issue({ store, signer, leaf }: TestCa, name: string) {
  const certificate = await leaf(name);
  return await store.transaction({ signer }, async (tx) => {
    tx.issued({ certificate, profile: 'server', outputs: [] });
    await tx.commit();
    return tx.notices;
  });
}

/** A CA that issued `a` and `b` and revoked `b`, in three commits; copied for each test. */
let model: TestCa;
beforeAll(async () => {
  model = await makeCa(mkdtempSync(join(tmpdir(), 'mtls-journal-')));
  await issue(model, 'a');
  await issue(model, 'b');
  const b = [...model.store.records()][1]?.serial ?? '';
  await model.store.transaction({ signer: model.signer }, (tx) => {
    tx.revoked({ serial: b, reason: 'keyCompromise', revokedAt: NOW });
    return Promise.resolve();
  });
  return () => {
    rmSync(join(model.home.root, '..'), { recursive: true });
  };
});

function copy(): TestCa & { readonly paths: CaPaths; readonly segment: string } {
  const root = join(temporaryFolder(), '.mtls');
  cpSync(model.home.root, root, { recursive: true });
  const home = homePaths(root);
  const store = openCaStore(home, model.store.name, { clock });
  return { ...model, home, store, paths: store.paths, segment: segmentPath(store.paths, 1) };
}

const subjects = (store: CaStore): string[] => [...store.records()].map(({ subject }) => subject);
const codes = (notices: readonly StoreNotice[]): string[] => notices.map(({ code }) => code);

describe('the written form', () => {
  it('is what docs/store-format.md says', () => {
    const { paths, segment } = copy();
    const lines = textOf(segment).trimEnd().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual([
      'created',
      'head',
      'issued',
      'head',
      'issued',
      'head',
      'revoked',
      'head',
    ]);
    expect(Object.keys(JSON.parse(lines[2] ?? '') as object)).toEqual([
      'v',
      'n',
      'prev',
      'type',
      'at',
      'serial',
      'notBefore',
      'notAfter',
      'profile',
      'subject',
      'names',
      'outputs',
      'certificate',
    ]);
    expect(lines[7]).toMatch(
      /^\{"v":1,"n":7,"prev":"[\w-]{43}","type":"head",.*,"signature":"[^"]+"\}$/,
    );
    expect(JSON.parse(textOf(paths.head))).toEqual({
      v: 1,
      segment: 1,
      length: textOf(segment).length,
      headLength: (lines[7]?.length ?? 0) + 1,
      hash: model.store.head().hash,
    });
  });
});

describe('a torn end', () => {
  it('of any length is set aside, said and survived', async () => {
    const whole = readFileSync(copy().segment);
    const before = copy();
    await issue(before, 'c');
    const tail = readFileSync(before.segment).subarray(whole.length);
    for (let length = 1; length < tail.length; length += 37) {
      const ca = copy();
      appendFileSync(ca.segment, tail.subarray(0, length));
      expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b']);
      const notices = await issue(ca, 'd');
      expect(codes(notices)).toEqual(['TORN_TAIL']);
      const kept = notices[0]?.data['kept'];
      expect(readFileSync(String(kept))).toEqual(tail.subarray(0, length));
      expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b', 'CN=d']);
      expect(ca.store.verifyJournal()).toMatchObject({ ok: true, unfinished: 0 });
    }
  });

  it('of foreign octets is kept too', async () => {
    const ca = copy();
    const garbage = Buffer.concat([Buffer.alloc(5000), Buffer.from('\n\xff\n{}\n', 'latin1')]);
    appendFileSync(ca.segment, garbage);
    expect(ca.store.verifyJournal()).toMatchObject({ ok: true, unfinished: garbage.length });
    const [notice] = await issue(ca, 'c');
    expect(readFileSync(String(notice?.data['kept']))).toEqual(garbage);
    expect(await issue(ca, 'd')).toEqual([]);
  });

  it('that is a segment just begun is taken away', async () => {
    for (const content of ['', '{"v":1']) {
      const ca = copy();
      writeFileSync(segmentPath(ca.paths, 2), content);
      expect(codes(await issue(ca, 'c'))).toEqual(content === '' ? [] : ['TORN_TAIL']);
      expect(existsSync(segmentPath(ca.paths, 2))).toBe(false);
      expect(ca.store.verifyJournal().ok).toBe(true);
    }
  });
});

describe('a finished commit behind the marker', () => {
  it('is seen by readers and taken up by the next writer', async () => {
    const ca = copy();
    const marker = readFileSync(ca.paths.head);
    await issue(ca, 'c');
    await issue(ca, 'd');
    writeFileSync(ca.paths.head, marker);
    expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b', 'CN=c', 'CN=d']);
    expect(readFileSync(ca.paths.head)).toEqual(marker);
    expect(codes(await issue(ca, 'e'))).toEqual(['HEAD_BEHIND']);
    expect(ca.store.head().commit).toBe(7);
    expect(ca.store.verifyJournal()).toMatchObject({ ok: true, commits: 7 });
  });

  it('is taken up even when a torn one follows', async () => {
    const ca = copy();
    const marker = readFileSync(ca.paths.head);
    await issue(ca, 'c');
    writeFileSync(ca.paths.head, marker);
    appendFileSync(ca.segment, '{"v":1,');
    expect(codes(await issue(ca, 'd'))).toEqual(['TORN_TAIL', 'HEAD_BEHIND']);
    expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b', 'CN=c', 'CN=d']);
  });

  it('is not taken up without the CA’s signature', async () => {
    const ca = copy();
    const { end } = openJournal(ca.paths, headCheck(ca.paths, ca.store.certificate));
    const marker = readFileSync(ca.paths.head);
    const signer = signerOf(generateKey('ec-p256'));
    const context = { signer, at: NOW, mayWrite: () => undefined };
    await writeCommit(
      ca.paths,
      end,
      [
        {
          event: {
            type: 'revoked',
            at: NOW.toISOString(),
            serial: '01',
            reason: 'unspecified',
            revokedAt: NOW.toISOString(),
            notAfter: NOW.toISOString(),
          },
        },
      ],
      context,
    );
    writeFileSync(ca.paths.head, marker);
    expect([...ca.store.revocations()]).toHaveLength(1);
    expect(codes(await issue(ca, 'c'))).toEqual(['TORN_TAIL']);
  });
});

describe('a rotated CA', () => {
  it('goes on under the new key, from the commit that the old one signed', async () => {
    const ca = copy();
    const key = generateKey('ec-p384');
    const next = await certify('dev', 'dev', key, signerOf(key));
    const { end } = openJournal(ca.paths, headCheck(ca.paths, ca.store.certificate));
    const [from, to] = [toBase64(ca.store.certificate.der), toBase64(next.der)];
    const rotated = { type: 'rotated', at: NOW.toISOString(), from, to } as const;
    const mayWrite = (): undefined => undefined;
    await writeCommit(ca.paths, end, [{ event: rotated }], {
      signer: ca.signer,
      at: NOW,
      mayWrite,
    });
    writeFileSync(
      ca.paths.certificate,
      `-----BEGIN CERTIFICATE-----\n${to}\n-----END CERTIFICATE-----\n`,
    );
    const store = openCaStore(ca.home, ca.store.name, { clock });
    expect(store.verifyJournal()).toMatchObject({ ok: true, faults: [] });
    await issue({ ...ca, store, signer: signerOf(key) }, 'c');
    expect(store.verifyJournal()).toMatchObject({ ok: true, faults: [] });
    expect(subjects(store)).toEqual(['CN=a', 'CN=b', 'CN=c']);
    // Under the old certificate, the new commits are not the CA's.
    writeFileSync(ca.paths.certificate, readFileSync(model.store.paths.certificate));
    const old = openCaStore(ca.home, ca.store.name, { clock });
    expect(thrown(() => old.head())).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(old.verifyJournal().ok).toBe(false);
  });
});

describe('what is damaged', () => {
  const cuts: readonly [string, (ca: ReturnType<typeof copy>) => void][] = [
    [
      'cut at the end of a commit',
      ({ segment }) => {
        const lines = textOf(segment).split('\n');
        writeFileSync(segment, `${lines.slice(0, 6).join('\n')}\n`);
      },
    ],
    [
      'cut within a commit',
      ({ segment }) => {
        truncateSync(segment, textOf(segment).length - 1);
      },
    ],
    [
      'empty',
      ({ segment }) => {
        truncateSync(segment);
      },
    ],
    [
      'gone',
      ({ segment }) => {
        rmSync(segment);
      },
    ],
    [
      'without its marker',
      ({ paths }) => {
        rmSync(paths.head);
      },
    ],
    [
      'with a marker that is empty',
      ({ paths }) => {
        writeFileSync(paths.head, '');
      },
    ],
    [
      'with a marker that names no commit',
      ({ paths }) => {
        const marker = JSON.parse(textOf(paths.head)) as { length: number };
        writeFileSync(paths.head, JSON.stringify({ ...marker, length: marker.length - 1 }));
      },
    ],
  ];

  it.each(cuts)('is refused by readers and writers: %s', async (_what, damage) => {
    const ca = copy();
    damage(ca);
    const files = (): string[] => readdirSync(ca.paths.journal);
    const before = files();
    expect(thrown(() => ca.store.head())).toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(issue(ca, 'c')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(ca.store.verifyJournal().ok).toBe(false);
    expect(files()).toEqual(before);
  });

  it('does not make a CRL with a revocation left out or changed', () => {
    for (const [from, to] of [
      ['"type":"revoked"', '"type":"issued "'],
      ['"reason":"keyCompromise"', '"reason":"superseded"   '],
    ] as const) {
      const ca = copy();
      writeFileSync(ca.segment, textOf(ca.segment).replace(from, to));
      expect(thrown(() => [...ca.store.revocations()])).toMatchObject({ code: 'STORE_CORRUPT' });
    }
  });

  it('does not hand out a certificate other than the one issued', () => {
    const ca = copy();
    const pack = packPath(ca.paths, 1);
    const ref = [...ca.store.records()][0]?.certificate;
    if (ref === undefined) throw new Error('no certificate');
    const bytes = readFileSync(pack);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    expect(thrown(() => ca.store.readCertificate(ref))).toMatchObject({ code: 'STORE_CORRUPT' });
    rmSync(pack);
    expect(thrown(() => ca.store.readCertificate(ref))).toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('does not begin a pack anew that has gone', async () => {
    const ca = copy();
    rmSync(packPath(ca.paths, 1));
    await expect(issue(ca, 'c')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(ca.store.head().commit).toBe(4);
  });

  it('is refused as newer, not as damaged, when a later program wrote it', () => {
    const ca = copy();
    writeFileSync(ca.paths.head, textOf(ca.paths.head).replace('"v":1', '"v":2'));
    expect(thrown(() => ca.store.head())).toMatchObject({ code: 'STORE_VERSION' });
    for (const [from, to] of [
      ['{"v":1', '{"v":2'],
      ['"type":"created"', '"type":"mystery"'],
    ] as const) {
      const other = copy();
      writeFileSync(other.segment, textOf(other.segment).replace(from, to));
      expect(thrown(() => [...other.store.events()])).toMatchObject({ code: 'STORE_VERSION' });
    }
  });
});

describe('the audit', () => {
  const edit =
    (from: string | RegExp, to: string) =>
    ({ segment }: { segment: string }): void => {
      const text = textOf(segment);
      const changed = text.replace(from, to);
      if (changed === text) throw new Error('the edit changed nothing');
      writeFileSync(segment, changed);
    };
  const lines =
    (change: (lines: string[]) => string[]) =>
    ({ segment }: { segment: string }): void => {
      writeFileSync(segment, `${change(textOf(segment).trimEnd().split('\n')).join('\n')}\n`);
    };
  const swap = (list: string[], a: number, b: number): string[] =>
    list.map((line, i) => (i === a ? list[b] : i === b ? list[a] : line) ?? '');

  const edits: readonly [string, (ca: ReturnType<typeof copy>) => void, JournalFault['code']][] = [
    ['a subject changed', edit('CN=a"', 'CN=x"'), 'RECORD_CHANGED'],
    ['a serial changed', edit(/"serial":"../, '"serial":"00'), 'RECORD_CHANGED'],
    ['an expiry moved', edit('"notAfter":"2026', '"notAfter":"2036'), 'RECORD_CHANGED'],
    ['a reason changed', edit('keyCompromise', 'superseded'), 'RECORD_CHANGED'],
    ['a space added', edit('{"v":1,"n":2', '{ "v":1,"n":2'), 'RECORD_CHANGED'],
    ['a revocation dropped', lines((all) => all.filter((_, i) => i !== 6)), 'RECORD_MISSING'],
    [
      'a commit dropped',
      lines((all) => all.filter((_, i) => i !== 2 && i !== 3)),
      'RECORD_MISSING',
    ],
    [
      'a record doubled',
      lines((all) => all.flatMap((l, i) => (i === 2 ? [l, l] : l))),
      'RECORD_MOVED',
    ],
    ['records swapped', lines((all) => swap(all, 2, 4)), 'RECORD_MOVED'],
    ['commits swapped', lines((all) => swap(swap(all, 2, 4), 3, 5)), 'RECORD_MOVED'],
    ['the last commit dropped', lines((all) => all.slice(0, -2)), 'JOURNAL_CUT'],
    ['the last head dropped', lines((all) => all.slice(0, -1)), 'JOURNAL_CUT'],
    ['a head’s totals changed', edit('"issued":1', '"issued":0'), 'HEAD_SIGNATURE'],
    ['a head’s time changed', edit(/("type":"head","at":")2026/, '$12025'), 'HEAD_SIGNATURE'],
    ['a signature changed', edit(/"signature":"MEU?/, '"signature":"MFU'), 'HEAD_SIGNATURE'],
    ['a head of another key', edit(/"key":"./, '"key":"_'), 'HEAD_SIGNATURE'],
    ['a line that is no record', edit('{"v":1,"n":4', '["v":1,"n":4'), 'RECORD_MALFORMED'],
    ['a version unknown', edit('{"v":1,"n":4', '{"v":9,"n":4'), 'RECORD_MALFORMED'],
    ['a field dropped', edit('"profile":"server",', ''), 'RECORD_MALFORMED'],
    ['the beginning dropped', lines((all) => all.slice(1)), 'RECORD_MISSING'],
    [
      'a line added at the end of a commit',
      edit('{"v":1,"n":4', '{}\n{"v":1,"n":4'),
      'RECORD_MALFORMED',
    ],
    [
      'the segment gone',
      ({ segment }) => {
        rmSync(segment);
      },
      'SEGMENT_MISSING',
    ],
    [
      'the segment renamed',
      ({ segment, paths }) => {
        renameSync(segment, segmentPath(paths, 2));
      },
      'SEGMENT_MISSING',
    ],
    [
      'the marker gone',
      ({ paths }) => {
        rmSync(paths.head);
      },
      'MARKER_DAMAGED',
    ],
    [
      'a certificate changed',
      ({ paths }) => {
        const pack = readFileSync(packPath(paths, 1));
        pack.fill(0, 10, 12);
        writeFileSync(packPath(paths, 1), pack);
      },
      'CERTIFICATE_CHANGED',
    ],
    [
      'certificates cut',
      ({ paths }) => {
        truncateSync(packPath(paths, 1), 400);
      },
      'CERTIFICATE_MISSING',
    ],
    [
      'certificates gone',
      ({ paths }) => {
        rmSync(packPath(paths, 1));
      },
      'CERTIFICATE_MISSING',
    ],
  ];

  it('finds nothing wrong where nothing is', () => {
    const { store } = copy();
    expect(store.verifyJournal()).toEqual({
      ok: true,
      faults: [],
      more: 0,
      records: 8,
      commits: 4,
      head: store.head(),
      unfinished: 0,
    });
  });

  it.each(edits)('names it: %s', (_what, damage, code) => {
    const ca = copy();
    damage(ca);
    const report = ca.store.verifyJournal();
    expect(report.ok).toBe(false);
    expect(report.faults.map((fault) => fault.code)).toContain(code);
  });

  it('says where', () => {
    const ca = copy();
    edit('CN=a"', 'CN=x"')(ca);
    const { faults } = ca.store.verifyJournal();
    expect(faults).toMatchObject([{ code: 'RECORD_CHANGED', segment: 1, line: 3 }]);
    expect(faults[0]?.message).toContain('record 2');
  });

  it('finds another certificate in place of the CA’s', async () => {
    const ca = copy();
    const other = await makeCa(temporaryFolder());
    writeFileSync(ca.paths.certificate, readFileSync(other.store.paths.certificate));
    const store = openCaStore(ca.home, ca.store.name, { clock });
    expect(store.verifyJournal().faults.map(({ code }) => code)).toEqual(['CA_CERTIFICATE']);
    expect(thrown(() => store.head())).toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('finds a serial that was issued twice, and one revoked that never was issued', async () => {
    const ca = copy();
    const { end } = openJournal(ca.paths, headCheck(ca.paths, ca.store.certificate));
    const at = NOW.toISOString();
    const record = [...ca.store.records()][0];
    if (record === undefined) throw new Error('no record');
    const { issuedAt, ...facts } = record;
    const revoked = { type: 'revoked', at, serial: '0bad', reason: 'unspecified' } as const;
    await writeCommit(
      ca.paths,
      end,
      [
        { event: { type: 'issued', at: issuedAt, ...facts } },
        { event: { ...revoked, revokedAt: at, notAfter: at } },
      ],
      { signer: ca.signer, at: NOW, mayWrite: () => undefined },
    );
    expect(ca.store.verifyJournal().faults).toMatchObject([
      { code: 'SERIAL_TWICE', serial: record.serial },
      { code: 'SERIAL_UNKNOWN', serial: '0bad' },
    ]);
  });
});

describe('reading while another writes', () => {
  it('sees whole commits alone', async () => {
    const ca = copy();
    const certificate = await ca.leaf('c');
    await ca.store.transaction({ signer: ca.signer }, async (tx) => {
      tx.issued({ certificate, profile: 'server', outputs: [] });
      expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b']);
      expect(ca.store.find(serialText(certificate.serial))).toBeUndefined();
      await tx.commit();
      expect(subjects(ca.store)).toEqual(['CN=a', 'CN=b', 'CN=c']);
    });
  });
});
